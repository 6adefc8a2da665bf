import type { EventEnvelope, NewEvent } from '../../worker/wire/event.ts'
import type { Cursor, Position, ReadLimits, ReadResult } from './broker.ts'
import { EVENT_BYTES_MAX, ORG_BYTES_MAX } from './limits.ts'

/** All there is to know of a feed, for the process that goes on with it. Ages are in ms. */
export interface FeedState extends Position {
  /** Seq of the newest event that was too large to keep. */
  overflowed: number
  /** Ids that are known, oldest first: more than those of the events. */
  knownIds: string[]
  events: { ageMs: number; event: EventEnvelope }[]
}

export type DropReason = 'count' | 'ttl' | 'bytes'

interface Kept {
  event: EventEnvelope
  bytes: number
  storedAt: number
}

/** The recent events of one organisation, in order and bounded three ways, with a position that outlives them. */
export interface OrgBuffer {
  readonly events: number
  readonly bytes: number
  position(now: number): Position
  /** False when the eventId is known already: the first keeps its seq and nothing is added. */
  append(event: NewEvent, now: number): boolean
  read(after: Cursor, limits: ReadLimits, now: number): ReadResult
  /** Drops what is past its time. */
  expire(now: number): void
  /** Drops every event; epoch and numbers stay, so that what was missed can still be told. */
  evict(reason: DropReason): void
  state(now: number): FeedState
}

/**
 * Invariant: the kept events are exactly those with seq in `(trimmed, last]`, without holes. A gap is therefore arithmetic
 * on `{epoch, last, trimmed}` and never a guess from what happens to be left; time and eviction raise `trimmed` as a full
 * buffer does.
 */
export function createOrgBuffer(options: {
  /** The feed as an earlier process left it, or one without events. */
  from: FeedState
  now: number
  eventsMax: number
  ttlMs: number
  onKeep: (bytes: number) => void
  onDrop: (reason: DropReason, events: number, bytes: number) => void
}): OrgBuffer {
  const { from, eventsMax, ttlMs, onKeep, onDrop } = options
  const { epoch } = from
  const kept: Kept[] = []
  /** Ids stay known longer than their events, so that a repeated publish after the TTL delivers nothing either. */
  const knownIds = new Set(from.knownIds)
  let bytes = 0
  let { last, trimmed, overflowed } = from
  for (const { event, ageMs } of from.events) keep(event, options.now - ageMs)
  drop(Math.max(0, kept.length - eventsMax), 'count')

  function keep(event: EventEnvelope, storedAt: number): number {
    const size = Buffer.byteLength(JSON.stringify(event))
    kept.push({ event, bytes: size, storedAt })
    bytes += size
    onKeep(size)
    return size
  }

  function drop(count: number, reason: DropReason): void {
    if (count === 0) return
    const freed = kept.splice(0, count).reduce((sum, entry) => sum + entry.bytes, 0)
    bytes -= freed
    trimmed += count
    onDrop(reason, count, freed)
  }

  function remember(eventId: string): void {
    knownIds.add(eventId)
    if (knownIds.size <= 2 * eventsMax) return
    for (const oldest of knownIds) {
      knownIds.delete(oldest)
      return
    }
  }

  function expire(now: number): void {
    const fresh = kept.findIndex((entry) => now - entry.storedAt < ttlMs)
    drop(fresh < 0 ? kept.length : fresh, 'ttl')
  }

  return {
    get events() {
      return kept.length
    },
    get bytes() {
      return bytes
    },
    position(now) {
      expire(now)
      return { epoch, last, trimmed }
    },
    append(event, now) {
      if (knownIds.has(event.eventId)) return false
      expire(now)
      last += 1
      remember(event.eventId)
      const size = keep({ ...event, seq: last }, now)
      if (size > EVENT_BYTES_MAX) {
        // Whoever has not read past it must refetch.
        overflowed = last
        drop(kept.length, 'bytes')
        return true
      }
      drop(Math.max(0, kept.length - eventsMax), 'count')
      let over = 0
      for (let rest = bytes; rest > ORG_BYTES_MAX; over += 1) rest -= kept[over]?.bytes ?? rest
      drop(over, 'bytes')
      return true
    },
    read(after, limits, now) {
      expire(now)
      const tip = { epoch, seq: last }
      if (after.epoch !== epoch) return { kind: 'gap', reason: 'epoch', missedAtMost: 0, at: tip }
      if (after.seq > last) return { kind: 'gap', reason: 'ahead', missedAtMost: 0, at: tip }
      if (after.seq < trimmed) {
        const reason = after.seq < overflowed ? 'overflow' : 'trimmed'
        return { kind: 'gap', reason, missedAtMost: trimmed - after.seq, at: tip }
      }
      const events: EventEnvelope[] = []
      let size = 0
      for (let i = after.seq - trimmed; i < kept.length && events.length < limits.events; i += 1) {
        const entry = kept[i]
        size += entry?.bytes ?? 0
        if (!entry || (size > limits.bytes && events.length > 0)) break
        events.push(entry.event)
      }
      const seq = after.seq + events.length
      return { kind: 'events', events, at: { epoch, seq }, more: seq < last }
    },
    expire,
    evict: (reason) => drop(kept.length, reason),
    state: (now) => ({
      epoch,
      last,
      trimmed,
      overflowed,
      knownIds: [...knownIds],
      events: kept.map(({ event, storedAt }) => ({ event, ageMs: now - storedAt })),
    }),
  }
}
