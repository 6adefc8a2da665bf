import { createDeadline } from './deadline.ts'
import type { Platform } from './platform.ts'

/**
 * Does `work` under a lock of all runtimes of the profile, or without it once the wait took `waitMs`: a holder that is
 * frozen frees it never, and what the lock guards must stand two at once. Rejects with the abort of `signal` while it
 * waits, and as `work` does.
 */
export async function underLock<T>(
  { clock, locks }: Pick<Platform, 'clock' | 'locks'>,
  { name, waitMs, signal }: { name: string; waitMs: number; signal: AbortSignal },
  work: () => Promise<T>,
): Promise<T> {
  const wait = createDeadline(clock, waitMs, signal)
  const begun: Promise<T>[] = []
  try {
    return await locks.request(name, { signal: wait.signal }, () => {
      wait.end()
      const done = work()
      begun.push(done)
      return done
    })
  } catch (error) {
    // A lock that is stolen rejects while the work goes on.
    if (begun[0]) return await begun[0]
    if (wait.timedOut()) return await work()
    throw error
  } finally {
    wait.end()
  }
}
