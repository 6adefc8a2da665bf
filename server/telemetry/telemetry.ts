import { Hono } from 'hono'
import { HEADER } from '../../worker/wire/headers.ts'
import { CONFIG_PATH, TELEMETRY_PATH } from '../../worker/wire/names.ts'
import { TelemetryRequest } from '../../worker/wire/telemetry.ts'
import type { Clock, Log } from '../deps.ts'
import type { AppEnv } from '../http/app-env.ts'
import { HttpProblem } from '../http/problem.ts'
import { readBody } from '../http/read-body.ts'
import { refuseCaller } from '../http/require-caller.ts'
import type { Authenticate } from '../session/caller.ts'
import { resolveClientConfig, type ClientRules } from './client-rules.ts'
import { createHandInPass } from './hand-in-pass.ts'
import type { HashId } from './hash-ids.ts'
import { createReportCounts } from './report-counts.ts'
import { createReportLimit } from './report-limit.ts'
import { createReports } from './reports.ts'

export interface Telemetry {
  /** Takes a token, or a pass of a page that has none any more: it asks by itself who it is. */
  reportRoutes: Hono<AppEnv>
  /** For the app to mount where the caller is known. */
  routes: Hono<AppEnv>
}

/** What clients notice, counted and logged; and what they are told of flags and sampling. */
export function createTelemetry(deps: {
  secret: string
  accessTokenTtlS: number
  hashId: HashId
  authenticate: Authenticate
  hasEnded: (sid: string) => boolean
  clientRules: ClientRules
  environment: string
  telemetrySampleRate: number
  clock: Clock
  log: Log
}): Telemetry {
  const { authenticate, clientRules, environment, telemetrySampleRate: sampleRate } = deps
  const counts = createReportCounts(deps)
  const reports = createReports({ ...deps, counts })
  const pass = createHandInPass(deps)
  const mayReport = createReportLimit(deps)
  const reportRoutes = new Hono<AppEnv>()
  const routes = new Hono<AppEnv>()

  reportRoutes.post(TELEMETRY_PATH, async (c) => {
    const authorization = c.req.header('authorization')
    const sentPass = authorization === undefined ? c.req.header(HEADER.pass) : undefined
    const reporter = sentPass === undefined ? await authenticate(authorization) : pass.read(sentPass)
    if (typeof reporter === 'string') throw refuseCaller(reporter)
    const retryAfterS = mayReport(reporter.sid)
    if (retryAfterS !== null) throw new HttpProblem('rate_limited', { retryAfterS })
    const { records } = await readBody(c, TelemetryRequest)
    const answer = reports.take(reporter, c.req.header('user-agent') ?? '', records)
    if (sentPass === undefined) c.header(HEADER.pass, pass.issue(reporter))
    return c.json(answer, 202)
  })

  routes.get('/telemetry/summary', (c) => {
    const { role, orgId } = c.get('caller')
    if (role !== 'owner') throw new HttpProblem('forbidden', { detail: 'For owners of the organisation.' })
    return c.json(counts.of(orgId))
  })

  routes.get(CONFIG_PATH, (c) => {
    const { orgId } = c.get('caller')
    const config = resolveClientConfig(clientRules, { environment, orgId, sampleRate })
    const ETag = `"${config.rev}"`
    const headers = { ETag, 'Cache-Control': 'private, no-cache' }
    // RFC 9110 §13.1.2: a list of tags, compared weakly.
    const known = (c.req.header('if-none-match') ?? '')
      .split(',')
      .map((tag) => tag.trim().replace(/^W\//, ''))
    return known.includes(ETag) ? c.body(null, 304, headers) : c.json(config, 200, headers)
  })

  return { reportRoutes, routes }
}
