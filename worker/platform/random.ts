import type { Random } from '../core/platform.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

export const random: Random = {
  fraction: () => Math.random(),
  id(length) {
    const bytes = crypto.getRandomValues(new Uint8Array(length))
    return Array.from(bytes, (byte) => ALPHABET[byte & 63]).join('')
  },
  // RFC 9562 §5.4 by hand: `crypto.randomUUID` is missing on a plain-http origin, and the library would be a fiftieth of the
  // runtime's script.
  uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16))
    const hex = Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join('')
    const variant = '89ab'.charAt((bytes[8] ?? 0) & 3)
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
  },
}
