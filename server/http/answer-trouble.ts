import type { ErrorHandler } from 'hono'
import { HEADER, HEADER_MARK } from '../../worker/wire/headers.ts'
import type { Log, Random } from '../deps.ts'
import type { AppEnv } from './app-env.ts'
import { HttpProblem, problemResponse } from './problem.ts'
import { requestIdOf } from './request-id.ts'
import { isStoreTrouble } from '../store/store-trouble.ts'

/** Seconds: time for a disk to be made room on, or for a database to come back. */
const STORE_RETRY_S = 5

/** Turns what a route throws into its answer. What nobody meant to throw is told in the log, and only there. */
export function answerTrouble(deps: { log: Log; random: Pick<Random, 'id'> }): ErrorHandler<AppEnv> {
  return (error, c) => {
    const known = c.get('requestId') as string | undefined
    const requestId = known ?? requestIdOf(c.req.header(HEADER.requestId), deps.random)
    const own = { [HEADER.requestId]: requestId, [HEADER.origin]: HEADER_MARK }
    if (error instanceof HttpProblem) {
      const { code, parts } = error
      return problemResponse(code, requestId, { ...parts, headers: { ...parts.headers, ...own } })
    }
    if (isStoreTrouble(error)) {
      deps.log('error', 'The store takes nothing.', { requestId, path: c.req.path, error: String(error) })
      return problemResponse('overloaded', requestId, {
        detail: 'The store takes nothing just now, and nothing was done. Send the same again.',
        retryAfterS: STORE_RETRY_S,
        headers: own,
      })
    }
    deps.log('error', 'A route failed.', { requestId, path: c.req.path, error: error.stack ?? String(error) })
    return problemResponse('internal', requestId, {
      detail: 'Our fault. The request id finds it in the log.',
      headers: own,
    })
  }
}
