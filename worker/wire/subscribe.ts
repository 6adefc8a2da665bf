import * as v from 'valibot'
import { EventEnvelope } from './event.ts'

/** Path of the long poll over all topics; `/<topic>/realtime/subscribe` is the same with one topic. */
export const SUBSCRIBE_PATH = '/realtime/subscribe'

/** `p`: random per poller and constant through its polls, so that two pollers never share a URL (the HTTP cache serialises identical GETs). */
export const PollerId = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{8,22}$/, 'must be 8–22 characters of A–Z a–z 0–9 _ -'),
)

export const OUTCOMES = ['events', 'timeout', 'tip', 'gap', 'waiter_cap', 'superseded', 'drain'] as const
export type Outcome = (typeof OUTCOMES)[number]

export const GAP_REASONS = ['trimmed', 'epoch', 'ahead', 'overflow'] as const
export type GapReason = (typeof GAP_REASONS)[number]

/** Continuity is lost: `events` is empty, `cursor` is the tip, and snapshots must be fetched again. */
export const Gap = v.object({
  reason: v.picklist(GAP_REASONS),
  /** Upper bound; 0 when it cannot be known (another epoch). */
  missedAtMost: v.number(),
  /** Wait this long before refetching, so that a fleet does not come at once. Milliseconds. */
  refetchAfterMs: v.number(),
})
export type Gap = v.InferOutput<typeof Gap>

/** The one answer of the long poll; always 200, control data in the body where no proxy strips it. */
export const SubscribeAnswer = v.object({
  v: v.literal(1),
  outcome: v.picklist(OUTCOMES),
  /** "I have all up to here." Opaque; echoed in `Rt-Cursor`. */
  cursor: v.string(),
  events: v.array(EventEnvelope),
  /** There is more behind `cursor` right now: poll again at once. */
  more: v.boolean(),
  gap: v.nullable(Gap),
  retry: v.object({ afterMs: v.number(), reason: v.string() }),
  auth: v.object({
    expiresInMs: v.number(),
    /** `soon`: refresh before the next poll, and no poll ever meets a 401. */
    refresh: v.picklist(['none', 'soon']),
  }),
  /** The server is leaving: the next poll should open a new connection. */
  drain: v.boolean(),
  heldMs: v.number(),
})
export type SubscribeAnswer = v.InferOutput<typeof SubscribeAnswer>
