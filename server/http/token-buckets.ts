import type { Clock } from '../deps.ts'
import { createRecent } from '../recent.ts'

/** Keys remembered. One that is forgotten begins with a full bucket, and one under attack is in use. */
const KEYS_MAX = 50_000

export interface TokenBuckets {
  /** Whole seconds until so much could be taken; 0 for now. */
  waitS(key: string, amount?: number): number
  /** Takes it, also past what is there: ask first. */
  take(key: string, amount?: number): void
}

/** Per key a bucket of `burst` that fills by `perS` a second. An amount above `burst` never fits: bound it before. */
export function createTokenBuckets(deps: {
  clock: Pick<Clock, 'monotonicMs'>
  perS: number
  burst: number
}): TokenBuckets {
  const { clock, perS, burst } = deps
  const buckets = createRecent<{ left: number; at: number }>(KEYS_MAX)

  function leftOf(key: string): number {
    const known = buckets.get(key)
    return known ? Math.min(burst, known.left + ((clock.monotonicMs() - known.at) / 1000) * perS) : burst
  }

  return {
    waitS: (key, amount = 1) => Math.max(0, Math.ceil((amount - leftOf(key)) / perS)),
    take: (key, amount = 1) => void buckets.set(key, { left: leftOf(key) - amount, at: clock.monotonicMs() }),
  }
}
