import type { MiddlewareHandler } from 'hono'
import { HEADER, HEADER_MARK } from '../../worker/wire/headers.ts'
import type { Clock, Log, Random } from '../deps.ts'
import type { HashId } from '../telemetry/hash-ids.ts'
import { holdsPrivate } from '../telemetry/holds-private.ts'
import type { AppEnv } from './app-env.ts'
import { corsHeaders } from './cors.ts'
import { requestIdOf } from './request-id.ts'
import type { Remote } from './remote.ts'
import { SECURITY_HEADERS, TRANSPORT_SECURITY } from './security-headers.ts'

const UA_LENGTH_MAX = 120
const PATH_LENGTH_MAX = 200
/** Asked every few seconds by whoever watches over the process; worth a line only to somebody who looks for it. */
const PROBES = new Set(['/healthz', '/readyz'])

/**
 * What every answer wears: the id of the exchange, the mark that it is ours, CORS and the browser's guards; and one log
 * line for each of the API. Of the request the line tells the path alone: a query or a header may hold what is private.
 */
export function envelope(deps: {
  isApi: (path: string) => boolean
  allowedOrigins: readonly string[]
  clock: Clock
  random: Pick<Random, 'id'>
  hashId: HashId
  remote: Pick<Remote, 'isSecure'>
  log: Log
}): MiddlewareHandler<AppEnv> {
  const { clock, random, log, hashId, remote, allowedOrigins, isApi } = deps
  return async (c, next) => {
    const startedAt = clock.monotonicMs()
    const requestId = requestIdOf(c.req.header(HEADER.requestId), random)
    c.set('requestId', requestId)
    await next()
    const { headers, status } = c.res
    headers.set(HEADER.requestId, requestId)
    headers.set(HEADER.origin, HEADER_MARK)
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) headers.set(name, value)
    if (remote.isSecure(c)) headers.set(TRANSPORT_SECURITY.name, TRANSPORT_SECURITY.value)
    for (const [name, value] of Object.entries(corsHeaders(c.req.header('origin'), allowedOrigins))) {
      headers.set(name, value)
    }
    if (!isApi(c.req.path)) return
    headers.append('Vary', 'Origin, Authorization')
    if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store')
    const caller = c.get('caller') as AppEnv['Variables']['caller'] | undefined
    const tabId = c.req.header(HEADER.tab)
    log(PROBES.has(c.req.path) ? 'debug' : 'info', '[Request]', {
      method: c.req.method,
      path: loggable(c.req.path),
      status,
      durationMs: clock.monotonicMs() - startedAt,
      requestId,
      eventIds: c.get('eventIds') ?? [],
      tab: tabId === undefined ? null : hashId('tab', tabId),
      userId: caller?.userId ?? null,
      orgId: caller?.orgId ?? null,
      ua: (c.req.header('user-agent') ?? '').slice(0, UA_LENGTH_MAX),
    })
  }
}

/** Whoever asks writes the path: what may be a token or an address is not written down, and nothing without an end. */
function loggable(path: string): string {
  return holdsPrivate(path) ? '(private)' : path.slice(0, PATH_LENGTH_MAX)
}
