import { PROBLEM, PROBLEM_MEDIA_TYPE, type Problem, type ProblemCode } from '../../worker/wire/problem.ts'

export interface ProblemParts {
  detail?: string
  /** `validation_failed`: which field and what is wrong with it. */
  issues?: { path: string; message: string }[]
  /** `conflict`, `invalid_state`: the row as it is now. */
  current?: unknown
  /** `conflict`: what clashes, and how the writer saw it. */
  fields?: readonly string[]
  base?: Record<string, unknown>
  /** Seconds, sent as `Retry-After`. */
  retryAfterS?: number
  headers?: Record<string, string>
}

/** Thrown by a route; the app turns it into the answer. Anything else that is thrown becomes `internal`. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem'
  readonly code: ProblemCode
  readonly parts: ProblemParts

  constructor(code: ProblemCode, parts: ProblemParts = {}) {
    super(parts.detail ?? code)
    this.code = code
    this.parts = parts
  }
}

/** RFC 9457 body of a code; `detail` says what to do in this very case. */
export function problemBody(code: ProblemCode, requestId: string, parts: ProblemParts = {}): Problem {
  const { detail, issues, current, fields, base } = parts
  return {
    type: `urn:standpipe:problem:${code}`,
    title: titleOf(code),
    status: PROBLEM[code],
    code,
    ...(detail === undefined ? {} : { detail }),
    requestId,
    ...(issues === undefined ? {} : { issues }),
    ...(current === undefined ? {} : { current }),
    ...(fields === undefined ? {} : { fields: [...fields] }),
    ...(base === undefined ? {} : { base }),
  }
}

export function problemResponse(code: ProblemCode, requestId: string, parts: ProblemParts = {}): Response {
  return new Response(JSON.stringify(problemBody(code, requestId, parts)), {
    status: PROBLEM[code],
    headers: {
      'Content-Type': PROBLEM_MEDIA_TYPE,
      'Cache-Control': 'no-store',
      ...(parts.retryAfterS === undefined ? {} : { 'Retry-After': String(parts.retryAfterS) }),
      ...parts.headers,
    },
  })
}

/** `token_expired` → "Token expired". */
function titleOf(code: ProblemCode): string {
  const words = code.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
