import type { Failure } from './answer.ts'
import { backoffMs } from './backoff.ts'
import type { Platform } from './platform.ts'
import type { Session } from './session.ts'

/** After a refresh that failed nobody asks again for a while, and who would have asked is told what it failed of. */
export interface RefreshRest {
  begin(session: Session, trouble: Failure): void
  /** What to answer instead of asking, with the time that is left; null when one may ask. */
  trouble(session: Session): Failure | null
  /** A refresh succeeded. */
  end(): void
  /** Something changed: one may ask at once, unless the server wanted more time. */
  hurry(): void
}

export function createRefreshRest({ clock, random }: Pick<Platform, 'clock' | 'random'>): RefreshRest {
  let failures = 0
  let rest: { session: Session; trouble: Failure; untilMs: number; serverUntilMs: number } | null = null

  return {
    begin(session, trouble) {
      if (session.signal.aborted || session.expiredBy() !== null) return
      failures += 1
      const now = clock.monotonicMs()
      rest = {
        session,
        trouble,
        untilMs: now + backoffMs(failures, random.fraction(), trouble.retryAfterMs),
        serverUntilMs: now + (trouble.retryAfterMs ?? 0),
      }
    },
    trouble(session) {
      if (rest?.session !== session) return null
      const leftMs = rest.untilMs - clock.monotonicMs()
      return leftMs > 0 ? { ...rest.trouble, retryAfterMs: leftMs } : null
    },
    end() {
      failures = 0
      rest = null
    },
    hurry() {
      if (rest) rest.untilMs = Math.min(rest.untilMs, rest.serverUntilMs)
    },
  }
}
