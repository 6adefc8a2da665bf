import type { SubscribeAnswer } from '../wire/subscribe.ts'

/** A hold that ends sooner than this without an event was cut by something on the way. */
export const FAST_EMPTY_MS = 1500
export const FAST_EMPTY_PAUSE_MS = [2000, 5000] as const
export const HIDDEN_PAUSE_MS = [3000, 5000] as const

export interface Paced {
  answer: Pick<SubscribeAnswer, 'outcome' | 'more' | 'retry'>
  /** From sending the poll to its answer, by this side's clock. */
  elapsedMs: number
  /** No tab of this runtime can be seen. */
  hidden: boolean
  fraction: number
}

/** A hold without an event that ended too soon. */
export function isFastEmpty({ answer, elapsedMs }: Pick<Paced, 'answer' | 'elapsedMs'>): boolean {
  return answer.outcome === 'timeout' && !answer.more && elapsedMs < FAST_EMPTY_MS
}

/**
 * The pause between two healthy polls. None after anything that was told: then the next thing may be on its way. A pause
 * after an empty answer that came too soon keeps a proxy with a short timeout from turning the poll into a tight loop.
 */
export function pauseMs({ answer, elapsedMs, hidden, fraction }: Paced): number {
  const asked = answer.retry.afterMs
  if (answer.outcome !== 'timeout' || answer.more) return asked
  const between = ([min, max]: readonly [number, number]) => Math.round(min + fraction * (max - min))
  if (isFastEmpty({ answer, elapsedMs })) return Math.max(asked, between(FAST_EMPTY_PAUSE_MS))
  return hidden ? Math.max(asked, between(HIDDEN_PAUSE_MS)) : asked
}
