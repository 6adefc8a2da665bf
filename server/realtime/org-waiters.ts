import type { Clock } from '../deps.ts'
import type { ProblemCode } from '../../worker/wire/problem.ts'
import type { Broker, Cursor, ReadResult } from './broker.ts'
import { formatCursor } from './cursor.ts'
import { ANSWER_BYTES_MAX, COALESCE_MS } from './limits.ts'
import { sayEvents, sayGap, type Saying } from './poll-answer.ts'
import type { PollFilter } from './poll-filter.ts'

/** A poll that is held. `cursor` moves past events its filter passes over: they are skipped for good. */
export interface Waiter {
  cursor: Cursor
  readonly filter: PollFilter
  readonly limit: number
  /** Answers the poll; the first call counts. */
  settle(saying: Saying | ProblemCode): void
}

export interface OrgWaiters {
  /** Rises with every wake. Read it before reading the feed, join only while it has not risen: nothing falls between. */
  version: () => number
  size: () => number
  /** Holds the poll until it is settled or the returned function is called. */
  join(waiter: Waiter): () => void
  close(): void
}

type Place = Pick<Waiter, 'cursor' | 'filter' | 'limit'>

/** Polls that stand at one cursor with one filter: read for once, serialised once, written to each. */
interface Group extends Place {
  waiters: Set<Waiter>
}

/**
 * The held polls of one organisation. The first event after a quiet time is delivered at once; those that follow within
 * `COALESCE_MS` leave together, so that a burst costs each poll one more answer and not one an event.
 */
export function createOrgWaiters(deps: {
  orgId: string
  broker: Broker
  clock: Clock
  refetchAfterMs(): number
}): OrgWaiters {
  const { orgId, broker, clock } = deps
  const groups = new Map<string, Group>()
  let version = 0
  let size = 0
  let flushing = false
  let wokenAgain = false
  let cancelPause: (() => void) | null = null

  const unwatch = broker.watch(orgId, () => {
    version += 1
    if (flushing || cancelPause) wokenAgain = true
    else void flush()
  })

  function groupFor(place: Place): Group {
    const key = keyOf(place)
    let group = groups.get(key)
    if (!group) {
      group = { cursor: place.cursor, filter: place.filter, limit: place.limit, waiters: new Set() }
      groups.set(key, group)
    }
    return group
  }

  function leave(waiter: Waiter): void {
    const key = keyOf(waiter)
    const group = groups.get(key)
    group?.waiters.delete(waiter)
    if (group?.waiters.size === 0) groups.delete(key)
  }

  async function flush(): Promise<void> {
    flushing = true
    wokenAgain = false
    const reads = new Map<string, Promise<ReadResult>>()
    const read = (after: Cursor, limit: number) => {
      const key = `${formatCursor(after)}|${limit}`
      const known = reads.get(key) ?? broker.read(orgId, after, { events: limit, bytes: ANSWER_BYTES_MAX })
      reads.set(key, known)
      return known
    }
    for (const group of groups.values()) {
      try {
        await advance(group, read)
      } catch {
        for (const waiter of group.waiters) waiter.settle('broker_down')
      }
    }
    flushing = false
    cancelPause = clock.after(COALESCE_MS, () => {
      cancelPause = null
      if (wokenAgain) void flush()
    })
  }

  async function advance(
    group: Group,
    read: (after: Cursor, limit: number) => Promise<ReadResult>,
  ): Promise<void> {
    let at = group.cursor
    for (let more = true; more && group.waiters.size > 0;) {
      const result = await read(at, group.limit)
      if (result.kind === 'gap') {
        const { reason, missedAtMost } = result
        for (const waiter of group.waiters) {
          waiter.settle(sayGap({ reason, missedAtMost, refetchAfterMs: deps.refetchAfterMs() }, result.at))
        }
        return
      }
      const events = result.events.filter(group.filter.admits)
      if (events.length > 0) {
        const saying = sayEvents(events, result.at, result.more)
        for (const waiter of group.waiters) waiter.settle(saying)
        return
      }
      at = result.at
      more = result.more
    }
    if (at !== group.cursor) move(group, at)
  }

  /** Nothing for these in what was read: they stand behind it now. */
  function move(group: Group, cursor: Cursor): void {
    const target = groupFor({ ...group, cursor })
    if (target === group) return
    for (const waiter of group.waiters) {
      waiter.cursor = cursor
      target.waiters.add(waiter)
    }
    group.waiters.clear()
    groups.delete(keyOf(group))
  }

  return {
    version: () => version,
    size: () => size,
    join(waiter) {
      groupFor(waiter).waiters.add(waiter)
      size += 1
      return () => {
        size -= 1
        leave(waiter)
      }
    },
    close() {
      unwatch()
      cancelPause?.()
    },
  }
}

function keyOf({ cursor, limit, filter }: Place): string {
  return `${formatCursor(cursor)}|${limit}|${filter.signature}`
}
