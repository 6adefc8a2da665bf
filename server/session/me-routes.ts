import { Hono, type Context } from 'hono'
import * as v from 'valibot'
import { Uuid } from '../../worker/wire/primitives.ts'
import type { MeAnswer } from '../../worker/wire/session.ts'
import type { Clock } from '../deps.ts'
import type { AppEnv } from '../http/app-env.ts'
import { formatMark, parseMark } from '../http/page-mark.ts'
import { HttpProblem } from '../http/problem.ts'
import { readQuery } from '../http/read-query.ts'
import { PageQuery } from '../http/row-page.ts'
import type { EndDisabled } from './end-disabled.ts'
import type { EndedBy, EndSessions } from './end-sessions.ts'
import type { IdentityStore } from './identity-store.ts'
import { endOf } from './lifetime.ts'
import { AUDIT_KEPT_MS, type SessionStore } from './session-store.ts'

/** Sort key of an audit row: its id rises with time. */
const AuditKey = v.tuple([Uuid])

/** `GET /auth/me` and the devices signed in; the caller is known by the time these run. */
export function createMeRoutes(deps: {
  sessions: SessionStore
  identities: IdentityStore
  endSessions: EndSessions
  endDisabled: EndDisabled
  endedBy: (c: Context<AppEnv>) => EndedBy
  clock: Clock
}): Hono<AppEnv> {
  const { sessions, identities, clock } = deps
  const routes = new Hono<AppEnv>()

  routes.get('/auth/me', async (c) => {
    const { userId, sid } = c.get('caller')
    const [identity, session] = await Promise.all([identities.identityOf(userId), sessions.bySid(sid)])
    if (!identity || !session) throw new HttpProblem('session_revoked')
    if (identity.disabled) {
      await deps.endDisabled(userId, deps.endedBy(c))
      throw new HttpProblem('user_disabled')
    }
    const { user, org, properties } = identity
    const { sh, createdAt, expiresAt } = session
    return c.json({ user, org, properties, session: { sh, createdAt, expiresAt } } satisfies MeAnswer)
  })

  routes.get('/auth/sessions', async (c) => {
    const { userId, sid } = c.get('caller')
    const open = (await sessions.ofUser(userId)).filter((session) => endOf(session) > clock.now())
    return c.json({
      sessions: open.map(({ sh, ua, deviceId, createdAt, usedAt, expiresAt, ...session }) => ({
        sh,
        ua,
        deviceId,
        createdAt,
        usedAt,
        expiresAt,
        current: session.sid === sid,
      })),
    })
  })

  routes.delete('/auth/sessions/:sh', async (c) => {
    const session = await sessions.byHandle(c.get('caller').userId, c.req.param('sh'))
    if (!session) throw new HttpProblem('not_found', { detail: 'None of your sessions has this handle.' })
    await deps.endSessions([session.sid], 'revoked', deps.endedBy(c))
    return c.body(null, 204)
  })

  routes.get('/auth/audit', async (c) => {
    const { role, orgId } = c.get('caller')
    if (role !== 'owner') throw new HttpProblem('forbidden', { detail: 'For owners of the organisation.' })
    const { limit, after } = readQuery(c, PageQuery)
    const [before = null] = after === undefined ? [] : parseMark(after, AuditKey)
    const found = await sessions.ended(orgId, before, limit + 1)
    const known = found.filter(({ at }) => at >= clock.now() - AUDIT_KEPT_MS)
    const rows = known.slice(0, limit)
    const last = rows.at(-1)
    return c.json({
      rows: rows.map(({ at, userId, sh, kind, requestId, address }) => ({
        at,
        userId,
        sh,
        kind,
        requestId,
        address,
      })),
      next: known.length > limit && last ? formatMark([last.id]) : null,
    })
  })

  return routes
}
