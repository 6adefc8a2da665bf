import type { Clock } from '../deps.ts'
import { createRecent } from '../recent.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { Authenticate, Caller } from './caller.ts'
import type { EndedSessions } from './ended-sessions.ts'

/** Verified tokens remembered; one is about 1 KiB. */
const VERIFIED_MAX = 50_000
const BEARER = /^Bearer +(\S+)$/i

/**
 * Who a request speaks for. A token is verified once and then known by its own text, so that a poll costs no
 * cryptography (a verification measured 0.15 ms); whether it ran out or its session ended is asked every time.
 */
export function createAuthenticate(deps: {
  tokens: Pick<AccessTokens, 'verify'>
  ended: Pick<EndedSessions, 'has'>
  clock: Clock
  /** A token is seen for the first time: the cookie that left in the same answer has arrived too. */
  onFirstUse: (sid: string, ctr: number) => void
}): Authenticate {
  const { tokens, ended, clock, onFirstUse } = deps
  const verified = createRecent<Caller>(VERIFIED_MAX)

  async function open(token: string): Promise<Caller | 'token_expired' | 'token_invalid'> {
    const claims = await tokens.verify(token)
    if (typeof claims === 'string') return claims
    const caller: Caller = {
      userId: claims.sub,
      orgId: claims.org,
      role: claims.role,
      properties: claims.props,
      sid: claims.sid,
      expiresAt: claims.exp * 1000,
    }
    verified.set(token, caller)
    if (!ended.has(claims.sid)) onFirstUse(claims.sid, claims.ctr)
    return caller
  }

  return async (authorization) => {
    if (authorization === undefined) return 'auth_missing'
    const token = BEARER.exec(authorization)?.[1]
    if (token === undefined) return 'token_invalid'
    const caller = verified.get(token) ?? (await open(token))
    if (typeof caller === 'string') return caller
    if (caller.expiresAt <= clock.now()) {
      verified.delete(token)
      return 'token_expired'
    }
    return ended.has(caller.sid) ? 'session_revoked' : caller
  }
}
