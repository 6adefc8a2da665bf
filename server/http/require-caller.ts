import type { MiddlewareHandler } from 'hono'
import type { AuthCode, Authenticate } from '../session/caller.ts'
import type { AppEnv } from './app-env.ts'
import { TOO_MANY_CALLS, type CallLimits } from './call-limits.ts'
import { HttpProblem } from './problem.ts'

export const WHAT_TO_DO: Readonly<Record<AuthCode, string>> = {
  auth_missing: 'Send an access token: Authorization: Bearer <token>.',
  token_expired: 'The access token ran out. Refresh, then send again.',
  token_invalid: 'The access token is not one of ours. Refresh, then send again.',
  session_revoked: 'The session was ended. Sign in.',
}

/** Lets a request through with its caller known, or answers 401; 429 when they call too often. */
export function requireCaller(
  authenticate: Authenticate,
  limits: Pick<CallLimits, 'take'>,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const caller = await authenticate(c.req.header('authorization'))
    if (typeof caller === 'string') throw refuseCaller(caller)
    c.set('caller', caller)
    const retryAfterS = limits.take(caller)
    if (retryAfterS !== null) throw new HttpProblem('rate_limited', { retryAfterS, detail: TOO_MANY_CALLS })
    await next()
  }
}

/** The 401 of a caller who is not known. */
export function refuseCaller(code: AuthCode): HttpProblem {
  // RFC 9110 §11.6.1: a 401 names the scheme. Browsers open no dialog for Bearer.
  return new HttpProblem(code, { detail: WHAT_TO_DO[code], headers: { 'WWW-Authenticate': 'Bearer' } })
}
