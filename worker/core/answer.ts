import * as v from 'valibot'
import { HEADER, HEADER_MARK } from '../wire/headers.ts'
import type { LinkCode, Result } from '../wire/port.ts'
import { PROBLEM_CODES, type ProblemCode } from '../wire/problem.ts'
import type { HttpResponse } from './platform.ts'

export type Failure = Extract<Result<unknown>, { ok: false }>

const HasCode = v.object({ code: v.picklist(PROBLEM_CODES) })

export function failure(code: ProblemCode | LinkCode, parts: Partial<Failure> = {}): Failure {
  return { ok: false, code, status: 0, retryAfterMs: null, problem: null, ...parts }
}

/**
 * Reads an answer into a value. One without our mark is a captive portal's or a proxy's page: nothing of ours was reached,
 * whatever its status says.
 */
export async function readAnswer(response: HttpResponse, nowMs: number): Promise<Result<unknown>> {
  const { status } = response
  const retryAfterMs = readRetryAfter(response.header('Retry-After'), nowMs)
  if (response.header(HEADER.origin) !== HEADER_MARK) return failure('network', { status, retryAfterMs })
  const body = await readJson(response)
  if (body === undefined) return failure('bad_answer', { status, retryAfterMs })
  if (status >= 200 && status < 300) return { ok: true, value: body }
  const problem = v.safeParse(HasCode, body)
  const code = problem.success ? problem.output.code : 'bad_answer'
  return failure(code, { status, retryAfterMs, problem: body })
}

/** Undefined when it is not JSON; null for an empty body. */
async function readJson(response: HttpResponse): Promise<unknown> {
  const text = await response.text()
  if (text === '') return null
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** RFC 9110 §10.2.3: seconds or an HTTP date. */
function readRetryAfter(text: string | null, nowMs: number): number | null {
  if (text === null) return null
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  // oxlint-disable-next-line no-restricted-globals -- parses a text; no clock is read
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs)
}
