import * as v from 'valibot'
import { Id, Instant } from './primitives.ts'
import { PROBLEM_CODES } from './problem.ts'
import { GAP_REASONS } from './subscribe.ts'

/** Records of one request; more than a runtime ever keeps. */
export const TELEMETRY_RECORDS_MAX = 100
const BUILD_LENGTH_MAX = 24

/** Where a request went, without the ids a path may hold. */
export const ROUTES = ['poll', 'refresh', 'login', 'logout', 'config', 'api', 'other'] as const
export type Route = (typeof ROUTES)[number]

const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
/** As the server takes one over: well formed, and too short for a token. */
const RequestId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9._-]{1,64}$/))
const Common = {
  /** The client's clock. */
  at: Instant,
  tabId: Id,
  /** The exchange it was noticed at, also in the server's log. */
  requestId: v.optional(RequestId),
  eventId: v.optional(Id),
  build: v.pipe(
    v.string(),
    v.regex(/^[\w.-]*$/),
    v.transform((build) => build.slice(0, BUILD_LENGTH_MAX)),
  ),
}
const Answered = v.strictObject({ route: v.optional(v.picklist(ROUTES)) })

/** Every name with the fields it has; nothing else passes, so that nobody's words can. */
const FIELDS = {
  /** An empty hold that something on the way cut short, and the pause it brought. */
  fast_empty: v.strictObject({ elapsedMs: Count, backoffMs: Count, isLeader: v.boolean() }),
  leader_acquired: v.strictObject({ generation: v.optional(Count) }),
  leader_takeover: v.strictObject({ reason: v.optional(v.picklist(['orphaned', 'hung'])) }),
  auth_401: Answered,
  auth_403: Answered,
  /** No answer of ours came. */
  network_0: Answered,
  gap: v.strictObject({ reason: v.optional(v.picklist(GAP_REASONS)), missedAtMost: v.optional(Count) }),
  /** A write nobody can send as it is. */
  outbox_parked: v.strictObject({ code: v.optional(v.picklist(PROBLEM_CODES)) }),
  refresh_failed: v.strictObject({
    code: v.optional(
      v.picklist([...PROBLEM_CODES, 'network', 'timeout', 'signed_out', 'bad_answer', 'link_lost']),
    ),
  }),
} as const
export type TelemetryName = keyof typeof FIELDS
export type TelemetryFields = { [Name in TelemetryName]: v.InferOutput<(typeof FIELDS)[Name]> }
export const TELEMETRY_NAMES = Object.keys(FIELDS) as TelemetryName[]

const record = <Name extends TelemetryName>(name: Name) =>
  v.strictObject({ name: v.literal(name), ...Common, fields: FIELDS[name] })

export const TelemetryRecord = v.variant('name', [
  record('fast_empty'),
  record('leader_acquired'),
  record('leader_takeover'),
  record('auth_401'),
  record('auth_403'),
  record('network_0'),
  record('gap'),
  record('outbox_parked'),
  record('refresh_failed'),
])
export type TelemetryRecord = v.InferOutput<typeof TelemetryRecord>

/** `POST /telemetry/client`: each record is looked at by itself; one that is wrong refuses no other. */
export const TelemetryRequest = v.strictObject({
  records: v.pipe(v.array(v.unknown()), v.maxLength(TELEMETRY_RECORDS_MAX, 'are too many')),
})
export const TelemetryAnswer = v.object({ accepted: v.number(), rejected: v.number() })
export type TelemetryAnswer = v.InferOutput<typeof TelemetryAnswer>

/** `GET /telemetry/summary`: of the caller's organisation, at the process that answers, by the server's clock. */
export const TelemetrySummary = v.object({
  /** Minutes with at least one record, oldest first; `at` is their begin. */
  minutes: v.array(v.object({ at: Instant, counts: v.record(v.string(), v.number()) })),
  totals: v.record(v.string(), v.number()),
})
export type TelemetrySummary = v.InferOutput<typeof TelemetrySummary>
