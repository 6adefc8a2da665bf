import type { Clock } from '../deps.ts'
import { createRecent } from '../recent.ts'

export const FAILURES_MAX = 10
export const FAILURE_WINDOW_MS = 5 * 60 * 1000
const PAIRS_MAX = 20_000

export interface LoginLimit {
  /** Counts a try; returns null when it may go on, else the seconds to wait. */
  take(email: string, address: string): number | null
  /** The try was a good one: only failures count. */
  forgive(email: string, address: string): void
}

/**
 * Failed logins by e-mail and address together, so that nobody can lock another out from elsewhere. A try counts before
 * the password is looked at: a burst sent at once gets no further than the same tries one after another.
 */
export function createLoginLimit({ clock }: { clock: Clock }): LoginLimit {
  const tries = createRecent<{ count: number; since: number }>(PAIRS_MAX)

  return {
    take(email, address) {
      const key = keyOf(email, address)
      const now = clock.now()
      const known = tries.get(key)
      const window = known && now - known.since < FAILURE_WINDOW_MS ? known : { count: 0, since: now }
      if (window.count >= FAILURES_MAX) return Math.ceil((window.since + FAILURE_WINDOW_MS - now) / 1000)
      tries.set(key, { ...window, count: window.count + 1 })
      return null
    },
    forgive(email, address) {
      const key = keyOf(email, address)
      const window = tries.get(key)
      if (window) tries.set(key, { ...window, count: window.count - 1 })
    },
  }
}

function keyOf(email: string, address: string): string {
  return `${address} ${email}`
}
