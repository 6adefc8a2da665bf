import type { SessionRow } from './session-store.ts'

/** Absolute life of a login; rotation does not extend it (RFC 9700 §4.14.2). */
export const SESSION_LIFE_MS = 90 * 24 * 60 * 60 * 1000
/** A session that nobody refreshes ends after this: longer than the longest trip without a network. */
export const SESSION_IDLE_MS = 14 * 24 * 60 * 60 * 1000

/** Wall-clock ms at which the session ends if nobody uses it again. */
export function endOf({ usedAt, expiresAt }: Pick<SessionRow, 'usedAt' | 'expiresAt'>): number {
  return Math.min(usedAt + SESSION_IDLE_MS, expiresAt)
}
