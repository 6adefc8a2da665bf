import type { RefreshAnswer } from '../../worker/wire/session.ts'
import type { Clock, Log } from '../deps.ts'
import { HttpProblem } from '../http/problem.ts'
import type { EndDisabled } from './end-disabled.ts'
import type { EndedBy, EndSessions } from './end-sessions.ts'
import type { MakeGrant } from './grants.ts'
import type { IdentityStore } from './identity-store.ts'
import { endOf } from './lifetime.ts'
import type { CookieClaims } from './refresh-cookies.ts'
import { decideRotation } from './rotation.ts'
import type { SessionRow, SessionStore } from './session-store.ts'

export interface Refreshed {
  answer: RefreshAnswer
  /** Counter of the cookie to hand out. */
  ctr: number
  expiresAt: number
}

/** Tries at a counter that others move at the same time; each lost one means that another has won. */
const TRIES_MAX = 8

/**
 * One refresh, from a cookie that is ours to its successor. Two at once meet at a guarded write: the slower one reads
 * again, finds its cookie to be the predecessor and gets the same successor. Throws the five codes and `session_mismatch`.
 */
export function createRefresh(deps: {
  sessions: SessionStore
  identities: IdentityStore
  grant: MakeGrant
  endSessions: EndSessions
  endDisabled: EndDisabled
  clock: Clock
  log: Log
}): (cookie: CookieClaims, sh: string, by: EndedBy) => Promise<Refreshed> {
  const { sessions, identities, clock } = deps

  async function alive(cookie: CookieClaims, sh: string): Promise<SessionRow> {
    const session = await sessions.bySid(cookie.sid)
    if (!session) throw new HttpProblem('refresh_invalid', { detail: 'The session is not known.' })
    // Before anything that is told or changed: a late request of one user learns nothing of, and does nothing to, the next.
    if (session.sh !== sh) throw new HttpProblem('session_mismatch')
    if (session.revokedAt !== null) {
      const { revokedCode: code } = session
      throw new HttpProblem(code === 'refresh_reused' || code === 'user_disabled' ? code : 'session_revoked')
    }
    if (endOf(session) <= clock.now()) throw new HttpProblem('session_expired')
    return session
  }

  /** The counter to hand out next. */
  async function rotate(
    cookie: CookieClaims,
    sh: string,
    by: EndedBy,
  ): Promise<{ session: SessionRow; ctr: number }> {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const session = await alive(cookie, sh)
      const now = clock.now()
      const rotation = decideRotation(session, cookie.ctr, now)
      if (rotation.kind === 'invalid') throw new HttpProblem('refresh_invalid')
      if (rotation.kind === 'reuse') {
        deps.log('warn', 'A replaced refresh cookie came back: session ended.', {
          sid: session.sid,
          orgId: session.orgId,
        })
        await deps.endSessions([session.sid], 'cookie_reused', by)
        throw new HttpProblem('refresh_reused')
      }
      if (rotation.kind === 'reissue') {
        await sessions.touch(session.sid, now)
        return { session, ctr: rotation.ctr }
      }
      if (await sessions.advance(session, rotation.next, now)) return { session, ctr: rotation.next.issued }
    }
    throw new HttpProblem('overloaded', { retryAfterS: 1 })
  }

  return async (cookie, sh, by) => {
    const before = await alive(cookie, sh)
    const identity = await identities.identityOf(before.userId)
    if (!identity || identity.disabled) {
      await deps.endDisabled(before.userId, by)
      throw new HttpProblem('user_disabled')
    }
    const { session, ctr } = await rotate(cookie, sh, by)
    const answer = {
      ...(await deps.grant(session, identity, ctr)),
      userId: session.userId,
      orgId: session.orgId,
    }
    // It may have been ended since it was read: its cookie must not go out after the logout that cleared it.
    await alive(cookie, sh)
    return { answer, ctr, expiresAt: session.expiresAt }
  }
}
