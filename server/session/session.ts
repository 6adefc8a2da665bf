import type { Context, Hono } from 'hono'
import type { Kysely } from 'kysely'
import type { Clock, Log, Random } from '../deps.ts'
import type { AppEnv } from '../http/app-env.ts'
import type { Remote } from '../http/remote.ts'
import type { HashId } from '../telemetry/hash-ids.ts'
import type { Schema } from '../store/schema.ts'
import { createAccessTokens } from './access-tokens.ts'
import { createAuthRoutes } from './auth-routes.ts'
import { createAuthenticate } from './authenticate.ts'
import type { Authenticate } from './caller.ts'
import { createCookieJar } from './cookie-jar.ts'
import { createConfirmations } from './confirmations.ts'
import { createEndDisabled } from './end-disabled.ts'
import { createEndSessions } from './end-sessions.ts'
import { createEndedSessions, LATE_TOKEN_MS } from './ended-sessions.ts'
import { createGrants } from './grants.ts'
import { createIdentityStore } from './identity-store.ts'
import { createKeyring } from './keys.ts'
import { createLogin } from './login.ts'
import { createLoginLimit } from './login-limit.ts'
import { createLogout } from './logout.ts'
import { createMeRoutes } from './me-routes.ts'
import type { Passwords } from './passwords.ts'
import { createRefresh } from './refresh.ts'
import { createRefreshCookies } from './refresh-cookies.ts'
import { createSessionStore } from './session-store.ts'

export interface Session {
  authenticate: Authenticate
  /** Whether a session that was open lately has been ended. */
  hasEnded: (sid: string) => boolean
  /** Login, refresh, logout: open to everybody. */
  routes: Hono<AppEnv>
  /** Me and sessions, for the app to mount where the caller is known. */
  meRoutes: Hono<AppEnv>
  /** Refuses again the tokens of sessions that ended shortly before this process began. */
  recall: () => Promise<void>
  /** Waits for what is still being written. */
  settled: () => Promise<void>
}

/** Composes the session part. `endPolls` is called with the id of every session that ends. */
export function createSession(deps: {
  db: Kysely<Schema>
  secret: string
  /** Of before; what they signed is still taken. */
  previousSecrets: readonly string[]
  accessTokenTtlS: number
  passwords: Passwords
  endPolls: (sid: string) => void
  allowedOrigins: readonly string[]
  remote: Remote
  hashId: HashId
  clock: Clock
  random: Pick<Random, 'id' | 'uuid7'>
  log: Log
}): Session {
  const { clock, accessTokenTtlS: ttlS } = deps
  const keyring = createKeyring(deps.secret, deps.previousSecrets)
  const sessions = createSessionStore(deps.db, deps.random)
  const identities = createIdentityStore(deps.db)
  const tokens = createAccessTokens({ keyring, clock })
  const ended = createEndedSessions({ clock, tokenTtlMs: ttlS * 1000 })
  const confirmations = createConfirmations({ ...deps, sessions })
  const grant = createGrants({ tokens, clock, ttlS })
  const endSessions = createEndSessions({ ...deps, sessions, ended })
  const endDisabled = createEndDisabled({ sessions, endSessions })
  const endedBy = (c: Context<AppEnv>) => ({
    requestId: c.get('requestId'),
    address: deps.hashId('address', deps.remote.address(c)),
  })
  const login = createLogin({
    ...deps,
    sessions,
    identities,
    grant,
    endDisabled,
    limit: createLoginLimit({ clock }),
  })
  const refresh = createRefresh({ ...deps, sessions, identities, grant, endSessions, endDisabled })
  const jar = createCookieJar({ cookies: createRefreshCookies(keyring), clock })

  return {
    hasEnded: (sid) => ended.has(sid),
    authenticate: createAuthenticate({ tokens, ended, clock, onFirstUse: confirmations.confirm }),
    routes: createAuthRoutes({
      ...deps,
      login,
      refresh,
      logout: createLogout({ sessions, endSessions }),
      jar,
      tokens,
      endedBy,
    }),
    meRoutes: createMeRoutes({ sessions, identities, endSessions, endDisabled, endedBy, clock }),
    async recall() {
      for (const sid of await sessions.endedSince(clock.now() - ttlS * 1000 - LATE_TOKEN_MS)) ended.add(sid)
    },
    settled: confirmations.settled,
  }
}
