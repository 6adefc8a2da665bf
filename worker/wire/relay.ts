import * as v from 'valibot'
import { EventEnvelope } from './event.ts'
import { Gap } from './subscribe.ts'

/**
 * What runtimes of one login session say to each other over BroadcastChannel. The envelope is frozen at v1: only optional
 * fields are ever added, unknown `t` is passed over. Every frame may be lost, repeated or reordered; the generation of
 * the leadership that sent it fences the late ones.
 */
const Envelope = { v: v.literal(1), sh: v.string(), generation: v.number(), from: v.string() }

/** `<topic>-events`: what the leader's poll brought, cut by topic. */
export const TopicRelay = v.variant('t', [
  v.object({
    ...Envelope,
    t: v.literal('batch'),
    after: v.nullable(v.string()),
    cursor: v.string(),
    events: v.array(EventEnvelope),
  }),
  v.object({ ...Envelope, t: v.literal('gap'), cursor: v.string(), gap: Gap }),
  /** A follower that has just started asks the leader to say where it stands; it answers with an empty batch. */
  v.object({ ...Envelope, t: v.literal('ask') }),
])
export type TopicRelay = v.InferOutput<typeof TopicRelay>

/** `auth-refresh`: pauses the other runtimes while one refreshes. `token` only where each tab hosts its own runtime. */
export const RefreshRelay = v.variant('t', [
  v.object({ v: v.literal(1), sh: v.string(), from: v.string(), t: v.literal('refresh-started') }),
  v.object({
    v: v.literal(1),
    sh: v.string(),
    from: v.string(),
    t: v.literal('refresh-success'),
    token: v.optional(v.string()),
    expiresIn: v.optional(v.number()),
  }),
  v.object({
    v: v.literal(1),
    sh: v.string(),
    from: v.string(),
    t: v.literal('refresh-failed'),
    code: v.string(),
  }),
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
