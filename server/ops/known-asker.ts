import type { Context } from 'hono'
import type { Clock } from '../deps.ts'
import { bearerText } from '../http/bearer-text.ts'
import { HttpProblem } from '../http/problem.ts'
import type { Remote } from '../http/remote.ts'
import { refuseCaller } from '../http/require-caller.ts'
import { isSameSecret } from '../http/same-secret.ts'
import { createTokenBuckets } from '../http/token-buckets.ts'
import type { Authenticate, Caller } from '../session/caller.ts'
import { networkOf } from '../session/network-of.ts'

/** Wrong keys of one network at once; then two a minute. */
export const WRONG_KEYS_MAX = 10
const WRONG_KEYS_PER_S = 1 / 30
const TOO_MANY_KEYS = 'Too many wrong keys came from there. Wait, then send the right one.'

/** Throws the 401 of whoever is neither, and the 429 of a network that tries keys. */
export type KnownAsker = (c: Context) => Promise<'operator' | Caller>

/**
 * Tells the operator, by the key, from people, by their tokens. What is neither counts as a wrong key, and a network that
 * sent too many is refused whatever it sends, the right key too: else guessing would go on behind the refusals. A token of
 * ours is none of these, whether it ran out or not. Without a key at the server no text is the operator's.
 */
export function createKnownAsker(deps: {
  operatorKey: string | null
  authenticate: Authenticate
  remote: Pick<Remote, 'address'>
  clock: Pick<Clock, 'monotonicMs'>
}): KnownAsker {
  const { operatorKey, authenticate, remote } = deps
  const wrongKeys = createTokenBuckets({ ...deps, perS: WRONG_KEYS_PER_S, burst: WRONG_KEYS_MAX })

  return async (c) => {
    const authorization = c.req.header('authorization')
    if (authorization === undefined) throw refuseCaller('auth_missing')
    // Asked first, for the right key as well: how long a refusal takes must not tell which it was.
    const caller = await authenticate(authorization)
    if (typeof caller !== 'string') return caller
    if (operatorKey === null || caller !== 'token_invalid') throw refuseCaller(caller)
    const network = networkOf(remote.address(c))
    const retryAfterS = wrongKeys.waitS(network)
    if (retryAfterS > 0) throw new HttpProblem('rate_limited', { retryAfterS, detail: TOO_MANY_KEYS })
    if (isSameSecret(bearerText(authorization) ?? '', operatorKey)) return 'operator'
    wrongKeys.take(network)
    throw refuseCaller('token_invalid')
  }
}
