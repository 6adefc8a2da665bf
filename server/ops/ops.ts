import { Hono } from 'hono'
import type { Registry } from 'prom-client'
import * as v from 'valibot'
import type { Clock } from '../deps.ts'
import type { AppEnv } from '../http/app-env.ts'
import { HttpProblem } from '../http/problem.ts'
import { readQuery } from '../http/read-query.ts'
import type { RealtimeFigures } from '../realtime/figures.ts'
import { exportFigures } from './export-figures.ts'
import { createHistory, SAMPLE_MS } from './history.ts'
import type { PollMeter } from './poll-meter.ts'

const Since = v.object({
  since: v.optional(v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'is a time in ms'), v.transform(Number))),
})

export interface Ops {
  /** For a scraper; nothing in it names an organisation or a person. */
  publicRoutes: Hono<AppEnv>
  /** For owners; the caller is known there. */
  routes: Hono<AppEnv>
  /** From now on a sample is taken every ten seconds, the first at once. */
  begin(): void
  close(): void
}

/** What operators read: figures now, their last hours, and the same for a scraper. */
export function createOps(deps: {
  registry: Registry
  meter: PollMeter
  figures: () => RealtimeFigures
  isDraining: () => boolean
  clock: Clock
}): Ops {
  const { registry, figures } = deps
  exportFigures(registry, figures, deps.isDraining)
  const history = createHistory({ ...deps, lagP95: () => deps.meter.takeLagP95() })

  const publicRoutes = new Hono<AppEnv>()
  publicRoutes.get('/metrics', async (c) =>
    c.body(await registry.metrics(), 200, { 'Content-Type': registry.contentType }),
  )

  const routes = new Hono<AppEnv>()
  const owner = (role: string) => {
    if (role !== 'owner') throw new HttpProblem('forbidden', { detail: 'Only owners read metrics.' })
  }
  routes.get('/finance/realtime/metrics', (c) => {
    owner(c.get('caller').role)
    return c.json(figures())
  })
  routes.get('/finance/realtime/metrics/history', (c) => {
    owner(c.get('caller').role)
    const { since = 0 } = readQuery(c, Since)
    return c.json({ everyMs: SAMPLE_MS, samples: history.since(since) })
  })

  return { publicRoutes, routes, begin: history.begin, close: history.close }
}
