import { hkdfSync } from 'node:crypto'

export interface SessionKeys {
  /** Names the secret the two keys come from; travels in tokens and cookies, tells nothing about it. */
  kid: string
  token: Uint8Array
  cookie: Uint8Array
}

const KEY_BYTES = 32
const KID_BYTES = 6

/** RFC 5869: one secret, and for each purpose a key of its own, so that a token can never pass for a cookie. */
export function deriveKeys(secret: string): SessionKeys {
  const derive = (purpose: string, bytes: number) =>
    new Uint8Array(hkdfSync('sha256', secret, 'standpipe', purpose, bytes))
  return {
    kid: Buffer.from(derive('kid', KID_BYTES)).toString('base64url'),
    token: derive('access-token', KEY_BYTES),
    cookie: derive('refresh-cookie', KEY_BYTES),
  }
}

/** The keys of the secret that is signed with, and of those that went before it. */
export interface Keyring {
  current: SessionKeys
  /** Undefined when it names none of ours. */
  byKid(kid: string | undefined): SessionKeys | undefined
}

/**
 * A secret is changed without signing anybody out: what the previous ones signed is still taken, and everything that is
 * signed anew is signed with the first. An access token is gone after its life, a cookie with the next refresh.
 */
export function createKeyring(secret: string, previous: readonly string[] = []): Keyring {
  const [current, ...older] = [secret, ...previous].map(deriveKeys) as [SessionKeys, ...SessionKeys[]]
  const all = new Map([...older, current].map((keys) => [keys.kid, keys]))
  return { current, byKid: (kid) => all.get(kid ?? '') }
}
