import { Hono } from 'hono'
import * as v from 'valibot'
import type { Clock } from '../deps.ts'
import type { AppEnv } from '../http/app-env.ts'
import { TOO_MANY_CALLS, type CallLimits } from '../http/call-limits.ts'
import { HttpProblem } from '../http/problem.ts'
import { readQuery } from '../http/read-query.ts'
import type { Remote } from '../http/remote.ts'
import type { MemoryBroker } from '../realtime/memory-broker.ts'
import type { Authenticate } from '../session/caller.ts'
import { createKnownAsker } from './known-asker.ts'
import { createTenantRows, TENANT_ORDERS, type TenantOrder } from './tenant-rows.ts'
import { createTopTenants, TENANTS_TOP_MAX } from './top-tenants.ts'

const ORDERS = Object.keys(TENANT_ORDERS) as TenantOrder[]
const TOP_DEFAULT = 10

const Query = v.object({
  by: v.optional(v.picklist(ORDERS, `is one of ${ORDERS.join(', ')}`), 'waiters'),
  top: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[1-9]\d?$/, `is a whole number from 1 to ${TENANTS_TOP_MAX}`),
      v.transform(Number),
      v.maxValue(TENANTS_TOP_MAX, `is a whole number from 1 to ${TENANTS_TOP_MAX}`),
    ),
    String(TOP_DEFAULT),
  ),
})

/**
 * Which organisation makes the load: what `/metrics`, which names nobody, cannot say. The operator is told of those that
 * ask most of this process, an owner of the own organisation and of no other; it is the one the token names, whatever the
 * request says.
 */
export function createTenantMetrics(deps: {
  operatorKey: string | null
  authenticate: Authenticate
  callLimits: Pick<CallLimits, 'take'>
  broker: Pick<MemoryBroker, 'knownOrg' | 'knownOrgs'>
  heldBy: (orgId: string) => { waiters: number; sessions: number }
  remote: Pick<Remote, 'address'>
  clock: Clock
}): Hono<AppEnv> {
  const { callLimits, clock } = deps
  const askerOf = createKnownAsker(deps)
  const tenants = createTenantRows(deps)
  const topTenants = createTopTenants({ tenants, clock })
  const routes = new Hono<AppEnv>()

  routes.get('/tenant-metrics', async (c) => {
    const asker = await askerOf(c)
    if (asker === 'operator') {
      const { by, top } = readQuery(c, Query)
      return c.json({ by, ...(await topTenants.top(by, top)) })
    }
    c.set('caller', asker)
    const retryAfterS = callLimits.take(asker)
    if (retryAfterS !== null) throw new HttpProblem('rate_limited', { retryAfterS, detail: TOO_MANY_CALLS })
    if (asker.role !== 'owner')
      throw new HttpProblem('forbidden', { detail: 'For owners of the organisation.' })
    readQuery(c, Query)
    return c.json({ at: clock.now(), rows: [tenants.own(asker.orgId)] })
  })

  return routes
}
