import * as v from 'valibot'
import { EventEnvelope } from './event.ts'
import { Gap } from './subscribe.ts'

/**
 * What runtimes of one login session say to each other over BroadcastChannel. The envelope is frozen at v1: only optional
 * fields are ever added, unknown `t` is passed over. Every frame may be lost, repeated or reordered; the generation of
 * the leadership that sent it fences the late ones.
 */
const Envelope = {
  v: v.literal(1),
  sh: v.string(),
  generation: v.number(),
  from: v.string(),
  /** The newest deploy whose pages the sender serves: a leader hands over to a runtime of a newer one. */
  deploy: v.optional(v.number()),
}

/** `<topic>-events`: what the leader's poll brought, cut by topic. What is not of a topic goes by the channel of the first. */
export const TopicRelay = v.variant('t', [
  v.object({
    ...Envelope,
    t: v.literal('batch'),
    after: v.nullable(v.string()),
    cursor: v.string(),
    events: v.array(EventEnvelope),
    /** The topics that are relayed for this stretch; absent: every one the reader knows. */
    topics: v.optional(v.array(v.string())),
    /** An answer to what this runtime asked. With `after` equal to `cursor`: what it asked for is kept no more. */
    to: v.optional(v.string()),
  }),
  v.object({ ...Envelope, t: v.literal('gap'), cursor: v.string(), gap: Gap }),
  /**
   * A follower that has just started asks the leader to say where it stands; it answers with an empty batch. With `after`
   * it asks for what came since, with `lead` for the leadership: its deploy is newer, or its tabs can be seen.
   */
  v.object({
    ...Envelope,
    t: v.literal('ask'),
    after: v.optional(v.string()),
    lead: v.optional(v.boolean()),
    /** A person asks to try again at once. */
    wake: v.optional(v.boolean()),
  }),
  /**
   * The leader works: its timers run and its poll moves. Said every few seconds, and when its status changes, which then is
   * the status of its followers too. `hidden`: none of its tabs can be seen.
   */
  v.object({
    ...Envelope,
    t: v.literal('beat'),
    hidden: v.optional(v.boolean()),
    phase: v.optional(v.picklist(['live', 'degraded', 'offline'])),
    reason: v.optional(v.string()),
    /** Wall-clock ms. */
    retryAt: v.optional(v.nullable(v.number())),
  }),
  /** The leader lets go in favour of `to`, with what it knows; every other runtime keeps out of the way. */
  v.object({
    ...Envelope,
    t: v.literal('handover'),
    to: v.string(),
    cursor: v.nullable(v.string()),
    seen: v.array(v.string()),
  }),
])
export type TopicRelay = v.InferOutput<typeof TopicRelay>

/**
 * `auth-refresh`: who refreshes, and what comes of it. `token` only where each tab hosts its own runtime; there one that has
 * none yet asks the others for it, because a refresh for every tab would be one too many.
 */
export const RefreshRelay = v.variant('t', [
  v.object({ v: v.literal(1), sh: v.string(), from: v.string(), t: v.literal('refresh-started') }),
  v.object({
    v: v.literal(1),
    sh: v.string(),
    from: v.string(),
    t: v.literal('refresh-success'),
    token: v.optional(v.string()),
    expiresIn: v.optional(v.number()),
    /** Wall-clock ms of the sending: it may wait in the queue of a page that is asleep. */
    at: v.optional(v.number()),
  }),
  v.object({
    v: v.literal(1),
    sh: v.string(),
    from: v.string(),
    t: v.literal('refresh-failed'),
    code: v.string(),
  }),
  v.object({ v: v.literal(1), sh: v.string(), from: v.string(), t: v.literal('refresh-wanted') }),
])
export type RefreshRelay = v.InferOutput<typeof RefreshRelay>

/** `auth-control`: said once per logout, heard by every runtime and tab of the browser profile. `ts` is wall-clock ms. */
export const LogoutSignal = v.object({
  t: v.literal('logout'),
  id: v.string(),
  ts: v.number(),
  sh: v.string(),
})
export type LogoutSignal = v.InferOutput<typeof LogoutSignal>

export const CHANNEL = { refresh: 'auth-refresh', control: 'auth-control' } as const
export const topicChannel = (topic: string) => `${topic}-events`
/** localStorage key that repeats a `LogoutSignal` for contexts without BroadcastChannel. */
export const LOGOUT_STORAGE_KEY = 'auth-logout'
