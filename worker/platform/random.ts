import { v4 } from 'uuid'
import type { Random } from '../core/platform.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

export const random: Random = {
  fraction: () => Math.random(),
  id(length) {
    const bytes = crypto.getRandomValues(new Uint8Array(length))
    return Array.from(bytes, (byte) => ALPHABET[byte & 63]).join('')
  },
  uuid: () => v4(),
}
