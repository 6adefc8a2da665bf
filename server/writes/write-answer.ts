import { HEADER } from '../../worker/wire/headers.ts'
import { PROBLEM, PROBLEM_MEDIA_TYPE, type ProblemCode } from '../../worker/wire/problem.ts'
import { HttpProblem, problemBody } from '../http/problem.ts'
import type { Written } from './write.ts'
import type { WriteRecord } from './write-records.ts'

/** What of a record is the answer itself. */
export type KeptAnswer = Pick<WriteRecord, 'status' | 'body' | 'etag'>

/** Refusals that the same request would meet again: they are the answer of their key. */
const LASTING: ReadonlySet<ProblemCode> = new Set([
  'forbidden',
  'forbidden_property',
  'not_found',
  'invalid_state',
  'conflict',
  'validation_failed',
])

export function answerOfRow({ status, row }: Written): KeptAnswer {
  return { status, body: JSON.stringify(row), etag: `"${row.rev}"` }
}

/** Null for what may go away by itself: a fault of ours, a limit, a token. Those are tried again, not remembered. */
export function answerOfRefusal(error: unknown, requestId: string): KeptAnswer | null {
  if (!(error instanceof HttpProblem) || !LASTING.has(error.code)) return null
  const body = JSON.stringify(problemBody(error.code, requestId, error.parts))
  return { status: PROBLEM[error.code], body, etag: null }
}

export function sendAnswer(
  { status, body, etag }: KeptAnswer,
  headers: Record<string, string> = {},
): Response {
  return new Response(body, {
    status,
    headers: {
      'Content-Type': status < 400 ? 'application/json' : PROBLEM_MEDIA_TYPE,
      ...(etag === null ? {} : { ETag: etag }),
      ...headers,
    },
  })
}

/** The answer of an earlier try, said again. Throws `key_reused` when that try was of another request. */
export function replay(record: WriteRecord, fingerprint: string): Response {
  if (record.fingerprint === fingerprint) return sendAnswer(record, { [HEADER.idempotencyReplayed]: 'true' })
  const detail = 'This key was used for another write. A new write needs a new key.'
  throw new HttpProblem('key_reused', { detail })
}
