import { errors, jwtVerify, SignJWT, type JWTHeaderParameters } from 'jose'
import * as v from 'valibot'
import { ROLES } from '../../worker/wire/session.ts'
import type { Clock } from '../deps.ts'
import type { Keyring } from './keys.ts'

/** What a token says. `ctr` is the counter of the refresh cookie that left in the same answer. */
const Claims = v.object({
  sub: v.string(),
  org: v.string(),
  sid: v.string(),
  role: v.picklist(ROLES),
  props: v.array(v.string()),
  ctr: v.number(),
  exp: v.number(),
})
export type TokenClaims = v.InferOutput<typeof Claims>

export interface AccessTokens {
  sign(claims: TokenClaims): Promise<string>
  /** Trouble is a value. `token_expired` is only said of a token that is ours. */
  verify(token: string): Promise<TokenClaims | 'token_expired' | 'token_invalid'>
  /** As `verify`, but a token that ran out still tells whose it was: enough to sign out with, for nothing else. */
  whose(token: string): Promise<TokenClaims | null>
}

const ALGORITHM = 'HS256'

/** RFC 7519 tokens under one algorithm, pinned: a header that names another one is refused. */
export function createAccessTokens({ keyring, clock }: { keyring: Keyring; clock: Clock }): AccessTokens {
  function keyOf({ kid }: JWTHeaderParameters): Uint8Array {
    const keys = keyring.byKid(kid)
    if (!keys) throw new errors.JWSSignatureVerificationFailed('The key is not one of ours.')
    return keys.token
  }

  async function open(token: string, at: Date): Promise<TokenClaims> {
    const { payload } = await jwtVerify(token, keyOf, { algorithms: [ALGORITHM], currentDate: at })
    return v.parse(Claims, payload)
  }

  return {
    sign: ({ exp, ...claims }) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid: keyring.current.kid })
        .setExpirationTime(exp)
        .sign(keyring.current.token),
    verify: (token) =>
      open(token, new Date(clock.now())).catch((error: unknown) =>
        error instanceof errors.JWTExpired ? 'token_expired' : 'token_invalid',
      ),
    whose: (token) => open(token, new Date(0)).catch(() => null),
  }
}
