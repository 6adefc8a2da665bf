import { Hono, type Context } from 'hono'
import * as v from 'valibot'
import { LoginRequest, LogoutRequest, RefreshRequest } from '../../worker/wire/session.ts'
import type { AppEnv } from '../http/app-env.ts'
import { HttpProblem } from '../http/problem.ts'
import { readBody } from '../http/read-body.ts'
import type { Remote } from '../http/remote.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { CookieJar } from './cookie-jar.ts'
import type { EndedBy } from './end-sessions.ts'
import { comesFromUs, originAllowed } from './guard-origin.ts'
import type { createLogin } from './login.ts'
import type { createLogout, LogoutWish } from './logout.ts'
import type { createRefresh } from './refresh.ts'

type AppContext = Context<AppEnv>

/** `POST /auth/login`, `/auth/refresh` and `/auth/logout`: the three that touch the cookie. */
export function createAuthRoutes(deps: {
  login: ReturnType<typeof createLogin>
  refresh: ReturnType<typeof createRefresh>
  logout: ReturnType<typeof createLogout>
  jar: CookieJar
  tokens: Pick<AccessTokens, 'whose'>
  remote: Pick<Remote, 'address'>
  endedBy: (c: Context<AppEnv>) => EndedBy
  allowedOrigins: readonly string[]
}): Hono<AppEnv> {
  const { jar, allowedOrigins } = deps
  const routes = new Hono<AppEnv>()

  function refuseForeign(c: AppContext): void {
    if (comesFromUs(senderOf(c), allowedOrigins)) return
    throw new HttpProblem('bad_origin', { detail: 'Send Rt-Client: 1 from a page of this origin.' })
  }

  routes.post('/auth/login', async (c) => {
    refuseForeign(c)
    const request = await readBody(c, LoginRequest)
    const from = {
      address: deps.remote.address(c),
      ua: c.req.header('user-agent') ?? '',
      by: deps.endedBy(c),
    }
    const last = jar.read(c)
    const { answer, cookie, expiresAt } = await deps.login(request, from)
    // Its cookie is about to be overwritten: nobody could ever refresh it again, or log it out.
    if (last) await deps.logout({ sh: null, scope: 'this' }, [last.sid], from.by, 'replaced')
    jar.write(c, cookie, expiresAt)
    return c.json(answer)
  })

  routes.post('/auth/refresh', async (c) => {
    refuseForeign(c)
    const { sh } = await readBody(c, RefreshRequest)
    const cookie = jar.read(c)
    if (!cookie) throw new HttpProblem('refresh_invalid', { detail: 'There is no refresh cookie of ours.' })
    // A refresh that fails leaves the browser's cookie alone: it may be the newer one of a request that was faster.
    const { answer, ctr, expiresAt } = await deps.refresh(cookie, sh, deps.endedBy(c))
    jar.write(c, { sid: cookie.sid, ctr }, expiresAt)
    return c.json(answer)
  })

  routes.post('/auth/logout', async (c) => {
    if (!originAllowed(senderOf(c), allowedOrigins)) throw new HttpProblem('bad_origin')
    const fromToken = await sidOfBearer(c)
    // A token is never sent by itself, so it needs no further proof of who sends it; a cookie is.
    const cookie = jar.read(c)
    if (fromToken === null && cookie) refuseForeign(c)
    const proved = [fromToken, cookie?.sid].filter((sid) => sid !== undefined && sid !== null)
    const ended = await deps.logout(await readWish(c), proved, deps.endedBy(c))
    if (cookie && ended.includes(cookie.sid)) jar.clear(c)
    return c.body(null, 204)
  })

  async function sidOfBearer(c: AppContext): Promise<string | null> {
    const token = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
    return token === undefined ? null : ((await deps.tokens.whose(token))?.sid ?? null)
  }

  return routes
}

function senderOf(c: AppContext) {
  return { header: (name: string) => c.req.header(name), url: c.req.url }
}

/** Signing out never fails on its own body: one that cannot be read asks for the least, the session that is proved. */
async function readWish(c: AppContext): Promise<LogoutWish> {
  const body: unknown = await c.req.json().catch(() => null)
  const read = v.safeParse(LogoutRequest, body)
  return read.success ? read.output : { sh: null, scope: 'this' }
}
