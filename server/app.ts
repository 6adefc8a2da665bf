import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Clock, Log, Random } from './deps.ts'
import { answerTrouble } from './http/answer-trouble.ts'
import type { AppEnv } from './http/app-env.ts'
import type { CallLimits } from './http/call-limits.ts'
import { envelope } from './http/envelope.ts'
import { createKnownRoutes, type KnownRoutes } from './http/known-routes.ts'
import { HttpProblem } from './http/problem.ts'
import { BODY_BYTES_MAX } from './http/read-body.ts'
import { refuseUnknown } from './http/refuse-unknown.ts'
import { openApi } from './openapi/openapi.ts'
import type { Ops } from './ops/ops.ts'
import type { Remote } from './http/remote.ts'
import { requireCaller } from './http/require-caller.ts'
import type { Realtime } from './realtime/realtime.ts'
import type { Session } from './session/session.ts'
import type { Assets } from './static/assets.ts'
import { serveAssets } from './static/serve-assets.ts'
import type { HashId } from './telemetry/hash-ids.ts'
import type { Telemetry } from './telemetry/telemetry.ts'

/** What the server answers itself; every other path belongs to the app, whose pages live under /finance and /tasks too. */
const API_PATH =
  /^\/(?:api|auth|realtime|streams|telemetry|config|metrics|tenant-metrics|healthz|readyz|openapi\.json)(?:\/|$)|^\/[a-z]+\/(?:realtime|events)(?:\/|$)/

/** Every route of the server. No I/O: all of it is behind `deps`. */
export function createApp(deps: {
  realtime: Pick<Realtime, 'routes' | 'draining'>
  ops: Pick<Ops, 'publicRoutes' | 'routes'>
  /** For the operator, who has a key, and for owners. */
  tenantMetrics: Hono<AppEnv>
  session: Pick<Session, 'authenticate' | 'routes' | 'meRoutes'>
  finance: Hono<AppEnv>
  tasks: Hono<AppEnv>
  people: Hono<AppEnv>
  /** For other servers; it has a key of its own. */
  publish: Hono<AppEnv>
  telemetry: Telemetry
  /** Rejects when the store does not answer. */
  ping: () => Promise<unknown>
  assets: Assets
  allowedOrigins: readonly string[]
  corsMaxAgeS: number
  clock: Clock
  random: Pick<Random, 'id'>
  hashId: HashId
  remote: Remote
  callLimits: CallLimits
  log: Log
}): Hono<AppEnv> {
  const { realtime, session } = deps
  let routes: KnownRoutes | null = null
  const app = new Hono<AppEnv>()
  app.onError(answerTrouble(deps))

  // Nearly all requests are polls: they pass none of what follows.
  app.route('/', realtime.routes)

  app.use(envelope({ ...deps, isApi }))
  app.use(refuseUnknown({ ...deps, isApi, routes: () => (routes ??= createKnownRoutes(app)) }))
  app.use(bodyLimit({ maxSize: BODY_BYTES_MAX, onError: refuseLongBody }))

  app.get('/healthz', (c) => c.json({ status: 'alive' }))
  app.get('/readyz', async (c) => {
    if (realtime.draining()) throw notReady('This server is leaving.')
    await deps.ping().catch(() => {
      throw notReady('The store does not answer.')
    })
    return c.json({ status: 'ready' })
  })

  let document: string | null = null
  app.get('/openapi.json', (c) => {
    document ??= JSON.stringify(openApi(app.routes))
    return c.body(document, 200, { 'Content-Type': 'application/json' })
  })

  app.route('/', session.routes)
  app.route('/', deps.telemetry.reportRoutes)
  app.route('/', deps.publish)
  app.route('/', deps.ops.publicRoutes)
  app.route('/', deps.tenantMetrics)

  const known = requireCaller(session.authenticate, deps.callLimits)
  for (const path of [
    '/auth/me',
    '/auth/sessions',
    '/auth/sessions/*',
    '/auth/audit',
    '/finance/realtime/metrics',
    '/finance/realtime/metrics/history',
    '/telemetry/summary',
    '/config/client',
    '/api/*',
  ]) {
    app.use(path, known)
  }
  app.route('/', session.meRoutes)
  app.route('/', deps.ops.routes)
  app.route('/', deps.telemetry.routes)
  app.route('/', deps.finance)
  app.route('/', deps.tasks)
  app.route('/', deps.people)

  app.notFound(serveAssets(deps.assets))
  return app
}

function isApi(path: string): boolean {
  return API_PATH.test(path)
}

function refuseLongBody(): never {
  throw new HttpProblem('too_large', { detail: `A body may have ${BODY_BYTES_MAX} bytes.` })
}

function notReady(detail: string): HttpProblem {
  return new HttpProblem('overloaded', { detail, retryAfterS: 1 })
}
