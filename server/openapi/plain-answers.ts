import * as v from 'valibot'
import { Id, Instant } from '../../worker/wire/primitives.ts'

const Counts = v.record(v.string(), v.number())

/** `GET /healthz`, `GET /readyz`. */
export const Health = v.object({ status: v.picklist(['alive', 'ready']) })

/** `GET /auth/sessions`. */
export const SessionsAnswer = v.object({
  sessions: v.array(
    v.object({
      sh: Id,
      ua: v.string(),
      deviceId: v.nullable(Id),
      createdAt: Instant,
      usedAt: Instant,
      expiresAt: Instant,
      current: v.boolean(),
    }),
  ),
})

/** `GET /auth/audit`: how sessions of the organisation ended, newest first. */
export const AuditAnswer = v.object({
  rows: v.array(
    v.object({
      at: Instant,
      userId: Id,
      sh: Id,
      kind: v.string(),
      requestId: v.nullable(v.string()),
      /** Keyed hash of the remote address. */
      address: v.nullable(v.string()),
    }),
  ),
  next: v.nullable(v.string()),
})

/** `GET /finance/realtime/metrics/history`: all but the first three figures are since the start of the process. */
export const History = v.object({
  everyMs: v.number(),
  samples: v.array(
    v.object({
      at: v.number(),
      waiters: v.number(),
      sessions: v.number(),
      lagMs: v.nullable(v.number()),
      published: v.number(),
      delivered: v.number(),
      polls: Counts,
      gaps: Counts,
      dropped: Counts,
    }),
  ),
})

/** `GET /finance/realtime/metrics`: of the process that answers, since its start. */
export const Metrics = v.object({
  buffers: v.object({ orgs: v.number(), events: v.number(), bytes: v.number() }),
  waiters: v.object({
    total: v.number(),
    cap: v.number(),
    sessions: v.number(),
    pollersPerSession: v.object({ '1': v.number(), '2': v.number(), '3+': v.number() }),
  }),
  stalls: v.number(),
  published: v.number(),
  delivered: v.number(),
  dropped: Counts,
  gaps: Counts,
  polls: Counts,
  limits: Counts,
})

/**
 * `GET /tenant-metrics`. `by` and `orgs`, how many organisations are known, are for the operator alone. Held and buffered is
 * as of `at`; the rest is since this process opened the organisation's feed, and is forgotten a day after its last use.
 * `dropped` are events that had to go before their time.
 */
export const TenantMetrics = v.object({
  at: Instant,
  by: v.optional(v.string()),
  orgs: v.optional(v.number()),
  rows: v.array(
    v.object({
      org: Id,
      waiters: v.number(),
      sessions: v.number(),
      bufferedEvents: v.number(),
      bufferedBytes: v.number(),
      published: v.number(),
      delivered: v.number(),
      dropped: v.number(),
      gaps: v.number(),
      polls: v.number(),
    }),
  ),
})
