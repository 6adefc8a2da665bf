import type { Clock } from '../deps.ts'
import type { ProblemCode } from '../../worker/wire/problem.ts'
import type { Broker, Cursor } from './broker.ts'
import { formatCursor } from './cursor.ts'
import { createFeedReads, type FeedReads } from './feed-reads.ts'
import { COALESCE_MS, STALL_LOOK_MS } from './limits.ts'
import { sayGap, type Saying } from './poll-answer.ts'
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
  reads: Pick<FeedReads, 'read' | 'say'>
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
 * `COALESCE_MS` leave together, so that a burst costs each poll one more answer and not one an event. A feed that says
 * nothing for `STALL_LOOK_MS` is looked at: a wake is a hint and may be lost on its way.
 */
export function createOrgWaiters(deps: {
  orgId: string
  broker: Broker
  clock: Clock
  refetchAfterMs(): number
  /** Polls were answered by a look, without a wake: the broker's watch is not to be trusted. */
  onStall(): void
}): OrgWaiters {
  const { orgId, broker, clock } = deps
  const reads = createFeedReads(deps)
  const groups = new Map<string, Group>()
  let version = 0
  let size = 0
  let flushing = false
  let wokenAgain = false
  let cancelPause: (() => void) | null = null
  let lookedAtVersion = 0
  let cancelLook = clock.after(STALL_LOOK_MS, () => void look())

  const unwatch = broker.watch(orgId, () => {
    version += 1
    reads.forget()
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

  async function look(): Promise<void> {
    cancelLook = clock.after(STALL_LOOK_MS, () => void look())
    const isQuiet = version === lookedAtVersion && !flushing && !cancelPause
    lookedAtVersion = version
    if (!isQuiet || size === 0) return
    const hasTold = await flush()
    if (hasTold && version === lookedAtVersion) deps.onStall()
  }

  /** True when there was something to tell. */
  async function flush(): Promise<boolean> {
    let hasTold = false
    flushing = true
    wokenAgain = false
    for (const group of groups.values()) {
      try {
        if (await advance(group)) hasTold = true
      } catch {
        for (const waiter of group.waiters) waiter.settle('broker_down')
      }
    }
    flushing = false
    cancelPause = clock.after(COALESCE_MS, () => {
      cancelPause = null
      if (wokenAgain) void flush()
    })
    return hasTold
  }

  async function advance(group: Group): Promise<boolean> {
    let at = group.cursor
    for (let more = true; more && group.waiters.size > 0;) {
      const result = await reads.read(at, group.limit)
      if (result.kind === 'gap') {
        const { reason, missedAtMost } = result
        for (const waiter of group.waiters) {
          waiter.settle(sayGap({ reason, missedAtMost, refetchAfterMs: deps.refetchAfterMs() }, result.at))
        }
        return true
      }
      const saying = reads.say(result, group.filter)
      if (saying) {
        for (const waiter of group.waiters) waiter.settle(saying)
        return true
      }
      at = result.at
      more = result.more
    }
    if (at !== group.cursor) move(group, at)
    return false
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
    reads,
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
      cancelLook()
    },
  }
}

function keyOf({ cursor, limit, filter }: Place): string {
  return `${formatCursor(cursor)}|${limit}|${filter.signature}`
}
