import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from './app-env.ts'
import { preflightHeaders } from './cors.ts'
import { queryTrouble } from './bound-query.ts'
import type { KnownRoutes } from './known-routes.ts'
import { HttpProblem } from './problem.ts'

const CONTROL = /\p{Cc}/u

/**
 * Stands before every API route: a preflight, a path that is none and a method the path has not are answered here,
 * before anybody is asked who they are.
 */
export function refuseUnknown(deps: {
  isApi: (path: string) => boolean
  routes: () => KnownRoutes
  allowedOrigins: readonly string[]
  corsMaxAgeS: number
}): MiddlewareHandler<AppEnv> {
  const { isApi, routes, allowedOrigins, corsMaxAgeS } = deps
  return async (c, next) => {
    const { path, method } = c.req
    if (!isApi(path)) return next()
    // A store that knows no NUL would call it a fault of ours.
    const methods = CONTROL.test(path) ? [] : routes().methodsOf(path)
    if (methods.length === 0) throw new HttpProblem('not_found', { detail: 'There is no such endpoint.' })
    const Allow = [...methods, 'OPTIONS'].join(', ')
    if (method === 'OPTIONS') {
      const headers = preflightHeaders(c.req.header('origin'), allowedOrigins, corsMaxAgeS)
      return c.body(null, 204, { Allow, ...headers })
    }
    if (!methods.includes(method)) {
      throw new HttpProblem('method_not_allowed', { detail: `This path takes ${Allow}.`, headers: { Allow } })
    }
    const detail = queryTrouble(c.req.url)
    if (detail !== null) throw new HttpProblem('bad_request', { detail })
    return next()
  }
}
