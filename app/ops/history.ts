import * as v from 'valibot'
import { ApiError } from '../realtime/api-error.ts'
import type { Realtime } from '../realtime/realtime.ts'

const Counts = v.record(v.string(), v.number())

/** How the server process stood at one moment; all but the first four are since its start. */
export const Sample = v.object({
  at: v.number(),
  waiters: v.number(),
  sessions: v.number(),
  lagMs: v.nullable(v.number()),
  published: v.number(),
  delivered: v.number(),
  polls: Counts,
  gaps: Counts,
  dropped: Counts,
})
export type Sample = v.InferOutput<typeof Sample>
const History = v.object({ everyMs: v.number(), samples: v.array(Sample) })

/** Samples after `since`, wall-clock ms of the server. */
export async function readHistory({ runtime }: Pick<Realtime, 'runtime'>, since: number): Promise<Sample[]> {
  const path = `/finance/realtime/metrics/history?since=${since}`
  const result = await runtime.calls.request({ method: 'GET', path })
  if (!result.ok) throw new ApiError(result)
  const parsed = v.safeParse(History, result.value.body)
  if (parsed.success) return parsed.output.samples
  const { status } = result.value
  throw new ApiError({ ok: false, code: 'bad_answer', status, retryAfterMs: null, problem: null })
}
