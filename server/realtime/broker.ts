import type { EventEnvelope, NewEvent } from '../../worker/wire/event.ts'
import type { Gap } from '../../worker/wire/subscribe.ts'

/** Where an organisation's feed stands. A gap is arithmetic on these three and survives the events by 24 h. */
export interface Position {
  /** Identity of one life of the feed; a cursor of another epoch is void. */
  epoch: string
  /** Sequence number of the newest event; 0 before the first. */
  last: number
  /** Highest sequence number ever dropped, by count, age or bytes. */
  trimmed: number
}

export interface Cursor {
  epoch: string
  seq: number
}

export type ReadResult =
  | { kind: 'gap'; reason: Gap['reason']; missedAtMost: number; at: Cursor }
  /** Everything in `(cursor, at]` that is kept, unfiltered and in order; `more` when a limit cut it short. */
  | { kind: 'events'; events: EventEnvelope[]; at: Cursor; more: boolean }

export interface Published {
  accepted: number
  /** Events whose id was known already: they keep their first seq and deliver nothing (I10). */
  duplicates: number
  at: Cursor
}

export interface ReadLimits {
  events: number
  bytes: number
}

/**
 * The realtime feed of every organisation. Memory is the default; Redis Streams stand behind the same five methods, and
 * the same model test runs on both. All promises I1–I12 of the contract are made here or in the waiters above.
 */
export interface Broker {
  /** Appends in order and wakes the watchers. Idempotent by `eventId` within retention. */
  publish(orgId: string, events: NewEvent[]): Promise<Published>
  /** Where the feed stands now; creates the feed if there is none. */
  position(orgId: string): Promise<Position>
  /** Rows 3–6 of the decision table, without the filter: reading never changes the feed. */
  read(orgId: string, after: Cursor, limits: ReadLimits): Promise<ReadResult>
  /**
   * Tells that something may have been appended; a hint, safe to repeat. Watch first, then read: nothing falls between.
   * Returns the end of the watch.
   */
  watch(orgId: string, wake: () => void): () => void
  /** Ends timers and connections; later calls reject. */
  close(): Promise<void>
}
