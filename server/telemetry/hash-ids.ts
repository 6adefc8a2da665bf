import { createHmac, hkdfSync } from 'node:crypto'

const KEY_BYTES = 32
const HASH_LENGTH = 16

/** An id as the log holds it: the same id gives the same word, and nobody without the server's key can tell which it was. */
export type HashId = (kind: 'user' | 'org' | 'session' | 'tab' | 'address', id: string) => string

/** Keyed, because ids that can be guessed or listed could be hashed by anybody to see which is which. */
export function createHashId(secret: string): HashId {
  const key = derivedKey(secret, 'log-ids')
  return (kind, id) =>
    createHmac('sha256', key).update(`${kind}:${id}`).digest('base64url').slice(0, HASH_LENGTH)
}

/** RFC 5869: a key of its own for each purpose. */
export function derivedKey(secret: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, 'standpipe', purpose, KEY_BYTES))
}
