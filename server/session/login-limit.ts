import type { Clock } from '../deps.ts'
import { createRecent } from '../recent.ts'
import { networkOf } from './network-of.ts'

/** Failures of one e-mail from one address; of all e-mails from one address; of one e-mail from all addresses. */
export const FAILURES_MAX = 10
export const ADDRESS_FAILURES_MAX = 100
export const ACCOUNT_FAILURES_MAX = 50
export const FAILURE_WINDOW_MS = 5 * 60 * 1000
const REMEMBERED_MAX = 20_000

export interface LoginLimit {
  /** Counts a try; returns null when it may go on, else the seconds to wait. */
  take(email: string, address: string): number | null
  /** The try was a good one: only failures count. */
  forgive(email: string, address: string): void
}

/**
 * Failed logins, counted three times: so that nobody guesses one password, sprays one over many accounts, or guesses one
 * account's from many addresses. A try counts before the password is looked at: a burst sent at once gets no further than the
 * same tries one after another. An address counts with its whole network. Whoever has signed in from an address before is not locked out of it by what others do
 * elsewhere.
 */
export function createLoginLimit({ clock }: { clock: Clock }): LoginLimit {
  const windows = createRecent<{ count: number; since: number }>(3 * REMEMBERED_MAX)
  const known = createRecent<true>(REMEMBERED_MAX)

  function open(key: string, now: number): { count: number; since: number } {
    const last = windows.get(key)
    return last && now - last.since < FAILURE_WINDOW_MS ? last : { count: 0, since: now }
  }

  function limitsOf(email: string, address: string): [key: string, max: number][] {
    const pair = `pair ${address} ${email}`
    return [
      [pair, FAILURES_MAX],
      [`address ${address}`, ADDRESS_FAILURES_MAX],
      [`account ${email}`, known.has(pair) ? Infinity : ACCOUNT_FAILURES_MAX],
    ]
  }

  return {
    take(email, from) {
      const now = clock.monotonicMs()
      const limits = limitsOf(email, networkOf(from)).map(([key, max]) => ({
        key,
        max,
        window: open(key, now),
      }))
      const full = limits.filter(({ window, max }) => window.count >= max)
      if (full.length > 0)
        return Math.ceil(Math.max(...full.map(({ window }) => window.since + FAILURE_WINDOW_MS - now)) / 1000)
      for (const { key, window } of limits) windows.set(key, { ...window, count: window.count + 1 })
      return null
    },
    forgive(email, from) {
      const address = networkOf(from)
      const now = clock.monotonicMs()
      for (const [key] of limitsOf(email, address)) {
        const window = open(key, now)
        if (window.count > 0) windows.set(key, { ...window, count: window.count - 1 })
      }
      known.set(`pair ${address} ${email}`, true)
    },
  }
}
