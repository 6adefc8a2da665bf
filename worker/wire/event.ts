import * as v from 'valibot'
import { Id, Instant, Uuid } from './primitives.ts'

/** What one poll can speak of. A topic is also the first path segment of its own subscribe endpoint. */
export const TOPICS = ['finance', 'tasks'] as const
export type Topic = (typeof TOPICS)[number]

/** Event types by topic; `data` of each is the row after the change (for `deleted`, the row as it last was). */
export const EVENT_TYPES = {
  finance: [
    'transaction.created',
    'transaction.updated',
    'transaction.approved',
    'transaction.rejected',
    'transaction.deleted',
  ],
  tasks: ['task.created', 'task.updated'],
} as const satisfies Record<Topic, readonly string[]>
export type EventType = (typeof EVENT_TYPES)[Topic][number]

/**
 * An immutable fact about one organisation's data. `type` stays an open string on the way in: a client one deploy
 * behind must pass over what it does not know, never fail on it.
 */
export const EventEnvelope = v.object({
  /** Position in the organisation's feed; contiguous within an epoch, so a gap is arithmetic. */
  seq: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  /** Unique for ever; the key of de-duplication (delivery is at least once). */
  eventId: Id,
  type: v.string(),
  topic: v.string(),
  orgId: Id,
  propertyId: Id,
  at: Instant,
  /** Idempotency key of the write that caused it: settles the optimistic row of whoever wrote it. */
  mutationId: v.optional(Uuid),
  requestId: v.optional(v.string()),
  data: v.unknown(),
})
export type EventEnvelope = v.InferOutput<typeof EventEnvelope>

/** What a domain hands to the broker; the broker adds the sequence number. */
export type NewEvent = Omit<EventEnvelope, 'seq'>
