import type { Clock, Random } from '../deps.ts'
import type { Broker } from './broker.ts'
import type { FeedReads } from './feed-reads.ts'
import { createOrgWaiters, type OrgWaiters, type Waiter } from './org-waiters.ts'

/** After a gap a fleet refetches: each poll that waits, or was told of a gap lately, adds this much to the time it is spread over. */
const REFETCH_SPREAD_PER_WAITER_MS = 2
const LATELY_MS = 5000
const REFETCH_SPREAD_MAX_MS = 30_000

/** An organisation's held polls, for as long as somebody is inside. */
export interface OrgRoom {
  version: () => number
  size: () => number
  reads: Pick<FeedReads, 'read' | 'say'>
  refetchAfterMs(): number
  /** Holds a poll of this session. */
  hold(sid: string, waiter: Waiter): () => void
  leave: () => void
}

export interface Waiters {
  /** Watches the organisation's feed from now on, until as many `leave` as `enter`. */
  enter(orgId: string): OrgRoom
  total(): number
  /** Held polls of one organisation, and how many login sessions hold them. */
  of(orgId: string): { waiters: number; sessions: number }
  /** Held polls of each session that holds any. */
  perSession(): ReadonlyMap<string, number>
  /** How often polls had to be answered by a look because no wake came. */
  stalls(): number
  close(): void
}

interface Room {
  waiters: OrgWaiters
  /** Polls that look or are held. */
  inside: number
  /** Sessions that hold one: a session is of one organisation. */
  sessions: number
}

export function createWaiters(deps: {
  broker: Broker
  clock: Clock
  random: Pick<Random, 'fraction'>
}): Waiters {
  const rooms = new Map<string, Room>()
  const perSession = new Map<string, number>()
  let total = 0
  let stalls = 0
  /** Gaps of this window and of the one before. After a restart nobody waits yet: all who come are told of one. */
  const gaps = { since: deps.clock.monotonicMs(), now: 0, before: 0 }

  function refetchAfterMs(waiters: number): number {
    const ageMs = deps.clock.monotonicMs() - gaps.since
    if (ageMs >= LATELY_MS) {
      gaps.before = ageMs < 2 * LATELY_MS ? gaps.now : 0
      gaps.now = 0
      gaps.since += ageMs
    }
    const spreadMs = Math.min(
      REFETCH_SPREAD_MAX_MS,
      (waiters + gaps.now + gaps.before) * REFETCH_SPREAD_PER_WAITER_MS,
    )
    gaps.now += 1
    return Math.round(deps.random.fraction() * spreadMs)
  }

  function count(room: Room, sid: string, change: 1 | -1): void {
    total += change
    const before = perSession.get(sid) ?? 0
    const polls = before + change
    if (polls === 0) perSession.delete(sid)
    else perSession.set(sid, polls)
    room.sessions += Math.sign(polls) - Math.sign(before)
  }

  function open(orgId: string): Room {
    const waiters: OrgWaiters = createOrgWaiters({
      ...deps,
      orgId,
      refetchAfterMs: () => refetchAfterMs(waiters.size()),
      onStall: () => void (stalls += 1),
    })
    const room = { waiters, inside: 0, sessions: 0 }
    rooms.set(orgId, room)
    return room
  }

  return {
    enter(orgId) {
      const room = rooms.get(orgId) ?? open(orgId)
      const { waiters } = room
      room.inside += 1
      return {
        version: waiters.version,
        size: waiters.size,
        reads: waiters.reads,
        refetchAfterMs: () => refetchAfterMs(waiters.size()),
        hold(sid, waiter) {
          const release = waiters.join(waiter)
          count(room, sid, 1)
          return () => {
            release()
            count(room, sid, -1)
          }
        },
        leave() {
          room.inside -= 1
          if (room.inside > 0) return
          waiters.close()
          rooms.delete(orgId)
        },
      }
    },
    total: () => total,
    of(orgId) {
      const room = rooms.get(orgId)
      return { waiters: room?.waiters.size() ?? 0, sessions: room?.sessions ?? 0 }
    },
    perSession: () => perSession,
    stalls: () => stalls,
    close() {
      for (const { waiters } of rooms.values()) waiters.close()
      rooms.clear()
    },
  }
}
