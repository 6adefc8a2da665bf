import type { LoginAnswer, LoginRequest } from '../../worker/wire/session.ts'
import type { Clock, Random } from '../deps.ts'
import { HttpProblem } from '../http/problem.ts'
import type { EndDisabled } from './end-disabled.ts'
import type { EndedBy } from './end-sessions.ts'
import type { MakeGrant } from './grants.ts'
import type { IdentityStore } from './identity-store.ts'
import { SESSION_LIFE_MS } from './lifetime.ts'
import type { LoginLimit } from './login-limit.ts'
import type { Passwords } from './passwords.ts'
import type { SessionRow, SessionStore } from './session-store.ts'

const SID_LENGTH = 22
const SH_LENGTH = 12
const UA_LENGTH_MAX = 120
const FIRST_COOKIE = 1

export interface LoggedIn {
  answer: LoginAnswer
  cookie: { sid: string; ctr: number }
  expiresAt: number
}

/** Opens a session for a right password. Throws `bad_credentials`, `user_disabled` (only after the right password) and `rate_limited`. */
export function createLogin(deps: {
  sessions: SessionStore
  identities: IdentityStore
  passwords: Passwords
  limit: LoginLimit
  grant: MakeGrant
  endDisabled: EndDisabled
  clock: Clock
  random: Pick<Random, 'id'>
}): (request: LoginRequest, from: { address: string; ua: string; by: EndedBy }) => Promise<LoggedIn> {
  const { sessions, identities, limit, clock, random } = deps

  async function userIdOf({ email, password }: LoginRequest, address: string): Promise<string> {
    const name = email.toLowerCase()
    const retryAfterS = limit.take(name, address)
    if (retryAfterS !== null) {
      throw new HttpProblem('rate_limited', { retryAfterS, detail: 'Too many failed tries.' })
    }
    const account = await identities.accountOf(name)
    const matches = await deps.passwords.matches(account?.passwordHash ?? null, password)
    if (!account || !matches)
      throw new HttpProblem('bad_credentials', { detail: 'E-mail or password is wrong.' })
    limit.forgive(name, address)
    return account.id
  }

  function newSession(request: LoginRequest, user: { id: string; orgId: string }, ua: string): SessionRow {
    const now = clock.now()
    return {
      sid: random.id(SID_LENGTH),
      sh: random.id(SH_LENGTH),
      userId: user.id,
      orgId: user.orgId,
      deviceId: request.deviceId ?? null,
      ua: ua.slice(0, UA_LENGTH_MAX),
      createdAt: now,
      usedAt: now,
      expiresAt: now + SESSION_LIFE_MS,
      confirmed: FIRST_COOKIE - 1,
      confirmedAt: now,
      issued: FIRST_COOKIE,
      issuedAt: now,
      revokedAt: null,
      revokedCode: null,
    }
  }

  return async (request, { address, ua, by }) => {
    const userId = await userIdOf(request, address)
    const identity = await identities.identityOf(userId)
    if (!identity || identity.disabled) {
      await deps.endDisabled(userId, by)
      throw new HttpProblem('user_disabled')
    }
    const { user, org, properties } = identity
    const session = newSession(request, { id: user.id, orgId: org.id }, ua)
    await sessions.forget(user.id, session.createdAt)
    await sessions.insert(session)
    const grant = await deps.grant(session, identity, FIRST_COOKIE)
    const cookie = { sid: session.sid, ctr: FIRST_COOKIE }
    return { answer: { user, org, properties, ...grant }, cookie, expiresAt: session.expiresAt }
  }
}
