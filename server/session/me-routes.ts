import { Hono } from 'hono'
import type { MeAnswer } from '../../worker/wire/session.ts'
import type { Clock } from '../deps.ts'
import type { AppEnv } from '../http/app-env.ts'
import { HttpProblem } from '../http/problem.ts'
import type { EndSessions } from './end-sessions.ts'
import type { IdentityStore } from './identity-store.ts'
import { endOf } from './lifetime.ts'
import type { SessionStore } from './session-store.ts'

/** The newest; the store keeps them all. */
const AUDIT_ROWS_MAX = 200

/** `GET /auth/me` and the devices signed in; the caller is known by the time these run. */
export function createMeRoutes(deps: {
  sessions: SessionStore
  identities: IdentityStore
  endSessions: EndSessions
  clock: Clock
}): Hono<AppEnv> {
  const { sessions, identities, clock } = deps
  const routes = new Hono<AppEnv>()

  routes.get('/auth/me', async (c) => {
    const { userId, sid } = c.get('caller')
    const [identity, session] = await Promise.all([identities.identityOf(userId), sessions.bySid(sid)])
    if (!identity || !session) throw new HttpProblem('session_revoked')
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
    await deps.endSessions([session.sid], 'revoked')
    return c.body(null, 204)
  })

  routes.get('/auth/audit', async (c) => {
    const { role, orgId } = c.get('caller')
    if (role !== 'owner') throw new HttpProblem('forbidden', { detail: 'For owners of the organisation.' })
    const rows = await sessions.ended(orgId, AUDIT_ROWS_MAX)
    return c.json({ rows: rows.map(({ at, userId, sh, kind }) => ({ at, userId, sh, kind })) })
  })

  return routes
}
