import type { Clock, Random } from '../deps.ts'
import type { Broker } from './broker.ts'
import { NODE_BYTES_MAX, ORG_META_TTL_MS, type RealtimeLimits } from './limits.ts'
import { noCounts, type OrgCounts } from './org-counts.ts'
import { createOrgBuffer, type DropReason, type FeedState, type OrgBuffer } from './org-buffer.ts'

const EPOCH_LENGTH = 10
const SWEEP_INTERVAL_MS = 15_000

export interface BrokerStats {
  orgs: number
  events: number
  bytes: number
  published: number
  dropped: Record<DropReason, number>
}

/** The feed of one organisation as a process leaves it to the next. */
export interface LeftFeed extends FeedState {
  orgId: string
  /** Since its last publish or read. */
  idleMs: number
}

/** An organisation whose feed is known: what it keeps now, and what it has done. */
export interface KnownOrg {
  readonly orgId: string
  readonly buffer: Pick<OrgBuffer, 'events' | 'bytes'>
  readonly counts: OrgCounts
}

export interface MemoryBroker extends Broker {
  stats(): BrokerStats
  /** Null when there is no feed of it here. To ask is no use of the feed: it lives no longer for it. */
  knownOrg(orgId: string): KnownOrg | null
  /** All of them, in no order that means anything. As many as there are: a slow step where there are a million. */
  knownOrgs(): readonly KnownOrg[]
  /**
   * From now on nothing grows older: who is sent away while the process leaves must find all that came meanwhile at the
   * next one. Bounds of count and bytes hold on.
   */
  stopAging(): void
  /** Every feed, longest unused first. Later calls reject: what is published after this would be known to nobody. */
  leave(): LeftFeed[]
}

interface Feed extends KnownOrg {
  buffer: OrgBuffer
  watchers: Set<() => void>
  /** Last publish or read, monotonic ms. */
  usedAt: number
}

/**
 * The broker of a single process. Two orders make every upkeep proportional to what it does and not to the number of
 * organisations: `feeds` by last use, so that those past their 24 h stand first, and `holding`, the few that keep events,
 * by last publish, so that the longest quiet gives way when this node holds too many bytes. One timer sweeps for all.
 */
export function createMemoryBroker(deps: {
  clock: Clock
  random: Pick<Random, 'id'>
  limits: RealtimeLimits
  /** Bound on the events of all organisations together; lower only in tests. */
  nodeBytesMax?: number
  /** What the process before this one left, in the order it did: its cursors go on to hold. */
  left?: readonly LeftFeed[]
}): MemoryBroker {
  const { clock, random, limits, nodeBytesMax = NODE_BYTES_MAX } = deps
  const feeds = new Map<string, Feed>()
  const holding = new Set<Feed>()
  const totals = { events: 0, bytes: 0, published: 0, dropped: { count: 0, ttl: 0, bytes: 0 } }
  let closed = false
  let stoppedAt: number | null = null
  let cancelSweep = clock.after(SWEEP_INTERVAL_MS, sweep)

  const age = () => stoppedAt ?? clock.monotonicMs()

  for (const { orgId, idleMs, ...state } of deps.left ?? []) {
    const feed = open(orgId, state, age() - idleMs)
    feeds.set(orgId, feed)
    if (feed.buffer.events > 0) holding.add(feed)
  }
  shedBytes()

  function use(orgId: string): Feed {
    if (closed) throw new Error('The broker is closed.')
    const feed = feeds.get(orgId) ?? open(orgId, newFeed(), 0)
    feed.usedAt = age()
    feeds.delete(orgId)
    feeds.set(orgId, feed)
    return feed
  }

  function newFeed(): FeedState {
    const epoch = random.id(EPOCH_LENGTH)
    return { epoch, last: 0, trimmed: 0, overflowed: 0, knownIds: [], events: [] }
  }

  function open(orgId: string, from: FeedState, usedAt: number): Feed {
    const counts = noCounts()
    return { orgId, counts, buffer: bufferOf(from, counts), watchers: new Set(), usedAt }
  }

  function bufferOf(from: FeedState, counts: OrgCounts): OrgBuffer {
    return createOrgBuffer({
      from,
      now: age(),
      eventsMax: limits.bufferEventsMax,
      ttlMs: limits.eventTtlMs,
      onKeep(bytes) {
        totals.events += 1
        totals.bytes += bytes
      },
      onDrop(reason, events, bytes) {
        totals.dropped[reason] += events
        if (reason !== 'ttl') counts.dropped += events
        totals.events -= events
        totals.bytes -= bytes
      },
    })
  }

  function shedBytes(): void {
    for (const feed of holding) {
      if (totals.bytes <= nodeBytesMax) return
      feed.buffer.evict('bytes')
      holding.delete(feed)
    }
  }

  function sweep(): void {
    const now = age()
    for (const feed of holding) {
      feed.buffer.expire(now)
      if (feed.watchers.size === 0 && now - feed.usedAt >= limits.orgIdleEvictMs) feed.buffer.evict('ttl')
      if (feed.buffer.events === 0) holding.delete(feed)
    }
    for (const [orgId, feed] of feeds) {
      if (now - feed.usedAt < ORG_META_TTL_MS) break
      if (feed.watchers.size === 0) feeds.delete(orgId)
    }
    cancelSweep = clock.after(SWEEP_INTERVAL_MS, sweep)
  }

  return {
    async publish(orgId, events) {
      const feed = use(orgId)
      const now = age()
      let accepted = 0
      for (const event of events) if (feed.buffer.append(event, now)) accepted += 1
      holding.delete(feed)
      holding.add(feed)
      totals.published += accepted
      feed.counts.published += accepted
      shedBytes()
      if (accepted > 0) for (const wake of feed.watchers) wake()
      const { epoch, last } = feed.buffer.position(now)
      return { accepted, duplicates: events.length - accepted, at: { epoch, seq: last } }
    },
    async position(orgId) {
      return use(orgId).buffer.position(age())
    },
    async read(orgId, after, readLimits) {
      return use(orgId).buffer.read(after, readLimits, age())
    },
    watch(orgId, wake) {
      const feed = use(orgId)
      feed.watchers.add(wake)
      return () => {
        feed.watchers.delete(wake)
      }
    },
    async close() {
      closed = true
      cancelSweep()
      feeds.clear()
      holding.clear()
    },
    stopAging: () => void (stoppedAt ??= clock.monotonicMs()),
    leave() {
      closed = true
      const now = age()
      return [...feeds].map(([orgId, { buffer, usedAt }]) => ({
        orgId,
        idleMs: now - usedAt,
        ...buffer.state(now),
      }))
    },
    knownOrg: (orgId) => feeds.get(orgId) ?? null,
    knownOrgs: () => [...feeds.values()],
    stats: () => ({ orgs: feeds.size, ...structuredClone(totals) }),
  }
}
