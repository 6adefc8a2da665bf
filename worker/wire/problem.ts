import * as v from 'valibot'

/**
 * Every code an error body can carry, with its status. The list is closed: a client may switch on it, a log may count by it.
 * Add one here, with a line on what to do, or not at all.
 */
export const PROBLEM = {
  /** The request cannot be read: bad JSON, a malformed header or query. Fix the caller. */
  bad_request: 400,
  /** The cursor is not one of ours. Drop it, poll from now, refetch. */
  bad_cursor: 400,
  /** A write without `Idempotency-Key: <UUID>`. Make one with the write and keep it through retries. */
  idempotency_key_required: 400,
  /** A write without `Rt-Actor: <userId>`. */
  actor_required: 400,
  /** Wrong e-mail or password; it never says which. */
  bad_credentials: 401,
  /** No `Authorization` header. Refresh, then send again. */
  auth_missing: 401,
  /** The access token ran out. Refresh, then send again. */
  token_expired: 401,
  /** The access token is not ours or was altered. Refresh, then send again. */
  token_invalid: 401,
  /** The session was ended: logout, or revoked from another device. Sign in. */
  session_revoked: 401,
  /** The session outlived its idle or absolute limit. Sign in. */
  session_expired: 401,
  /** A refresh cookie came back that a later one had replaced; the whole session is revoked. Sign in. */
  refresh_reused: 401,
  /** No refresh cookie, or one that is not ours. Sign in. */
  refresh_invalid: 401,
  /** The account is switched off. Ask the owner of the organisation. */
  user_disabled: 401,
  /** The role does not allow this. */
  forbidden: 403,
  /** None of the topics asked for may be read. */
  forbidden_topic: 403,
  /** The property is not one of the caller's. */
  forbidden_property: 403,
  /** A cookie endpoint called from a foreign origin, or without `Rt-Client: 1`. */
  bad_origin: 403,
  /** `Rt-Actor` is not the token's user; nothing was applied. */
  actor_mismatch: 403,
  /** There is no such thing, or the caller may not know of it. */
  not_found: 404,
  /** The method is not one of this path's. */
  method_not_allowed: 405,
  /** The same key is being worked on right now. Wait `Retry-After`, send the same key again. */
  in_progress: 409,
  /** The cookie belongs to another session than `sh` names. Read the session again. */
  session_mismatch: 409,
  /** The row is no longer in a state that allows this, e.g. already approved. */
  invalid_state: 409,
  /** A retired endpoint; the body names its successor. */
  legacy_gone: 410,
  /** A stream keeps nothing from this offset on any more. Fetch snapshots, then read from now. */
  offset_gone: 410,
  /** The build of this page is served no more. Poll no more; a reload of the page brings the new one. */
  build_retired: 410,
  /**
   * The row is not as the writer saw it, and the two changes touch: `current` holds it as it is now, `fields` what clashes,
   * `base` what the writer saw there. A person decides; whatever they decide is a new write with a new key.
   */
  conflict: 412,
  /** The body is over the limit. */
  too_large: 413,
  /** Not JSON. */
  unsupported_media_type: 415,
  /** The body is readable and wrong; `issues` says where. */
  validation_failed: 422,
  /** The idempotency key was used with another body. A new write needs a new key. */
  key_reused: 422,
  /** An update without `If-Match: "<rev>"`. */
  precondition_required: 428,
  /** Too many tries. Wait `Retry-After`. */
  rate_limited: 429,
  /** Our fault; `requestId` finds it in the log. */
  internal: 500,
  /** Full. Wait `Retry-After`. */
  overloaded: 503,
  /** The realtime broker does not answer. Wait `Retry-After`. */
  broker_down: 503,
} as const

export type ProblemCode = keyof typeof PROBLEM
export const PROBLEM_CODES = Object.keys(PROBLEM) as [ProblemCode, ...ProblemCode[]]

export function isProblemCode(code: string): code is ProblemCode {
  return code in PROBLEM
}

/** The only codes that may ever be shown as "session expired". All other trouble is offline or degraded. */
export const EXPIRY_CODES = [
  'session_revoked',
  'session_expired',
  'refresh_reused',
  'refresh_invalid',
  'user_disabled',
] as const satisfies readonly ProblemCode[]

export function isExpiryCode(code: string): code is (typeof EXPIRY_CODES)[number] {
  return (EXPIRY_CODES as readonly string[]).includes(code)
}

/** RFC 9457 problem details, `application/problem+json`. */
export const Problem = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  code: v.picklist(PROBLEM_CODES),
  detail: v.optional(v.string()),
  requestId: v.string(),
  /** `validation_failed`: which field and what is wrong with it. */
  issues: v.optional(v.array(v.object({ path: v.string(), message: v.string() }))),
  /** `conflict`, `invalid_state`: the row as it is now, when the caller may see it. */
  current: v.optional(v.unknown()),
  /** `conflict`: the fields that others changed and this write depends on. Absent when that is not known. */
  fields: v.optional(v.array(v.string())),
  /** `conflict`: each of `fields` as it was at the rev the write was made on. */
  base: v.optional(v.record(v.string(), v.unknown())),
})
export type Problem = v.InferOutput<typeof Problem>

export const PROBLEM_MEDIA_TYPE = 'application/problem+json'
