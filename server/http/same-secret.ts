import { createHash, timingSafeEqual } from 'node:crypto'

/** Whether they are the same, in a time that tells neither where they differ nor how long ours is. */
export function isSameSecret(given: string, ours: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(ours))
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
