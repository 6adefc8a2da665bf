import type { Clock } from '../deps.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { Identity } from './identity-store.ts'
import type { SessionRow } from './session-store.ts'

/** What login and refresh hand out alike. */
export interface Grant {
  accessToken: string
  /** Seconds from `serverNow`. */
  expiresIn: number
  serverNow: number
  sh: string
}

/** Makes access tokens. None outlives its session. */
export function createGrants(deps: { tokens: Pick<AccessTokens, 'sign'>; clock: Clock; ttlS: number }) {
  return async (session: SessionRow, { user, properties }: Identity, ctr: number): Promise<Grant> => {
    const serverNow = deps.clock.now()
    const exp = Math.ceil(Math.min(serverNow + deps.ttlS * 1000, session.expiresAt) / 1000)
    const accessToken = await deps.tokens.sign({
      sub: user.id,
      org: session.orgId,
      sid: session.sid,
      role: user.role,
      props: properties.map(({ id }) => id),
      ctr,
      exp,
    })
    const expiresIn = Math.max(0, Math.floor((exp * 1000 - serverNow) / 1000))
    return { accessToken, expiresIn, serverNow, sh: session.sh }
  }
}
export type MakeGrant = ReturnType<typeof createGrants>
