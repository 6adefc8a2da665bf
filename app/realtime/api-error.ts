import type { LinkCode, Result } from '../../worker/wire/port.ts'
import type { Problem, ProblemCode } from '../../worker/wire/problem.ts'

/** A request that did not succeed, as queries throw it: `code` is the server's problem code or the link's word. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ProblemCode | LinkCode
  readonly status: number
  readonly retryAfterMs: number | null
  readonly problem: Partial<Problem> | null

  constructor(failure: Extract<Result<unknown>, { ok: false }>) {
    super(`${failure.code} (${failure.status})`)
    this.code = failure.code
    this.status = failure.status
    this.retryAfterMs = failure.retryAfterMs
    this.problem = failure.problem && typeof failure.problem === 'object' ? failure.problem : null
  }
}

const TRANSIENT: readonly string[] = ['network', 'timeout', 'link_lost', 'bad_answer', 'in_progress']

/** Whether the same request, with the same key, may succeed later without anybody changing anything. */
export function isTransient(failure: { code: string; status: number }): boolean {
  return (
    TRANSIENT.includes(failure.code) ||
    failure.status === 408 ||
    failure.status === 429 ||
    failure.status >= 500
  )
}

/** Whether the request waits for a person to sign in; nothing is lost meanwhile. */
export function needsSignIn(failure: { code: string; status: number }): boolean {
  return failure.code === 'signed_out' || failure.status === 401
}
