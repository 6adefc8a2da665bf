import * as v from 'valibot'
import { ApiError } from '../realtime/api-error.ts'
import type { Realtime } from '../realtime/realtime.ts'

const Counts = v.record(v.string(), v.number())

/** What `/finance/realtime/metrics` says of the process that answered. */
export const Metrics = v.object({
  buffers: v.object({ orgs: v.number(), events: v.number(), bytes: v.number() }),
  waiters: v.object({ total: v.number(), cap: v.number(), sessions: v.number(), pollersPerSession: Counts }),
  published: v.number(),
  delivered: v.number(),
  dropped: Counts,
  gaps: Counts,
  polls: Counts,
  limits: Counts,
})
export type Metrics = v.InferOutput<typeof Metrics>

export async function readMetrics({ runtime }: Pick<Realtime, 'runtime'>): Promise<Metrics> {
  const result = await runtime.calls.request({ method: 'GET', path: '/finance/realtime/metrics' })
  if (!result.ok) throw new ApiError(result)
  const parsed = v.safeParse(Metrics, result.value.body)
  if (parsed.success) return parsed.output
  const { status } = result.value
  throw new ApiError({ ok: false, code: 'bad_answer', status, retryAfterMs: null, problem: null })
}
