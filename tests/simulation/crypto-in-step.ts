import { createHmac, KeyObject, timingSafeEqual, type webcrypto } from 'node:crypto'

/**
 * The one thing in the server that takes real time is the signature of a token, done on a thread of its own: which of two
 * ends first is the machine's choice. Here they are made in step, so that a seed is a seed. The bytes are the same.
 */
export function signInStep(): void {
  const hmac = (key: webcrypto.CryptoKey, data: ArrayBuffer) =>
    createHmac('sha256', KeyObject.from(key)).update(Buffer.from(data)).digest()
  Object.assign(crypto.subtle, {
    sign: async (_algorithm: unknown, key: webcrypto.CryptoKey, data: ArrayBuffer) =>
      new Uint8Array(hmac(key, data)).buffer,
    verify: async (
      _algorithm: unknown,
      key: webcrypto.CryptoKey,
      signature: ArrayBuffer,
      data: ArrayBuffer,
    ) => {
      const [own, theirs] = [hmac(key, data), Buffer.from(signature)]
      return own.length === theirs.length && timingSafeEqual(own, theirs)
    },
  })
}
