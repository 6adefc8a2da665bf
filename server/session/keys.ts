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
