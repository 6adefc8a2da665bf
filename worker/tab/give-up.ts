import { leadLock, runtimeLock } from '../wire/names.ts'
import type { Page } from './page.ts'

/** Between two times that one tab gives a runtime up; doubles up to the limit. */
export const GIVE_UP_REST_MS = 30_000
export const GIVE_UP_REST_MAX_MS = 300_000

export interface Hung {
  instanceId: string
  /** The session it led when it was last heard; null: it followed. */
  leads: string | null
  /** The recovery number in its name. */
  recovery: number
}

/**
 * A runtime that hangs keeps its locks. Taking them from it is how all learn of it: every tab waits for the lock of its
 * runtime and finds another one under the next name, the runtimes that follow get the leadership, and the hung one, should
 * it wake, is told by the loss of its own lock. False while this tab has to rest: one with a dead link of its own must not
 * go on killing healthy runtimes (dxos #12707).
 */
export function createGiveUp(page: Pick<Page, 'clock' | 'locks' | 'recovery'>): (hung: Hung) => boolean {
  let restMs = GIVE_UP_REST_MS
  let notBefore = -Infinity

  function takeAway(name: string): void {
    page.locks
      .request(name, { steal: true }, () => Promise.resolve())
      .catch(() => {
        // Another tab took it in the same moment.
      })
  }

  return ({ instanceId, leads, recovery }) => {
    const now = page.clock.monotonicMs()
    if (now < notBefore) return false
    notBefore = now + restMs
    restMs = Math.min(2 * restMs, GIVE_UP_REST_MAX_MS)
    // First the name: whoever hears of the lock looks it up at once.
    page.recovery.raise(recovery)
    takeAway(runtimeLock(instanceId))
    if (leads !== null) takeAway(leadLock(leads))
    return true
  }
}
