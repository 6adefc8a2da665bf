import { HEADER, HEADER_MARK } from '../../worker/wire/headers.ts'
import { PROBLEM, PROBLEM_MEDIA_TYPE, type ProblemCode } from '../../worker/wire/problem.ts'
import { HttpProblem, problemBody } from '../http/problem.ts'
import type { Written } from './write.ts'
import type { WriteRecord } from './write-records.ts'

/** What of a record is the answer itself. */
export type KeptAnswer = Pick<WriteRecord, 'status' | 'body' | 'etag' | 'merged'>

/**
 * Refusals that stay true: revs and decisions never go back. They are the answer of their key, so that a late copy of a
 * write somebody has given up is not applied when a rev it only guessed is reached. A right that is missing may be given,
 * and a row may come into view: such a refusal is not remembered, and the same write is judged anew when it comes again.
 */
const LASTING: ReadonlySet<ProblemCode> = new Set(['invalid_state', 'conflict'])

export function answerOfRow({ status, row, merged }: Written): KeptAnswer {
  return { status, body: JSON.stringify(row), etag: etagOf(row.rev), merged: merged ? 1 : 0 }
}

/** Null for what may go away by itself or be put right: it is tried again, not remembered. */
export function answerOfRefusal(error: unknown, requestId: string): KeptAnswer | null {
  if (!(error instanceof HttpProblem) || !LASTING.has(error.code)) return null
  const body = JSON.stringify(problemBody(error.code, requestId, error.parts))
  return { status: PROBLEM[error.code], body, etag: null, merged: 0 }
}

export function sendAnswer(
  { status, body, etag, merged }: KeptAnswer,
  headers: Record<string, string> = {},
): Response {
  return new Response(body, {
    status,
    headers: {
      'Content-Type': status < 400 ? 'application/json' : PROBLEM_MEDIA_TYPE,
      ...(etag === null ? {} : { ETag: etag }),
      ...(merged ? { [HEADER.merged]: HEADER_MARK } : {}),
      ...headers,
    },
  })
}

/** RFC 9110 §8.8.3, strong: the rev in quotes. */
export function etagOf(rev: number): string {
  return `"${rev}"`
}
