import type { Locks } from '../core/platform.ts'

/**
 * A lock that is held until it is let go. Taken before the tab attaches: its runtime waits for this lock, and would take
 * the tab for dead if it were free.
 */
export function createHeldLock(locks: Pick<Locks, 'request'>, onLost: () => void) {
  let held: { name: string; granted: Promise<void>; over: AbortController } | null = null

  function request(name: string) {
    const over = new AbortController()
    const { signal } = over
    const granted = new Promise<void>((resolve) => {
      const hold = () => {
        // Granted and let go of in the same turn: nothing is left to hear the abort.
        if (signal.aborted) return Promise.resolve()
        resolve()
        return new Promise<void>((end) => signal.addEventListener('abort', () => end(), { once: true }))
      }
      locks.request(name, { signal }, hold).catch(() => {
        // Let go of before it was granted: whoever waited for it has left. Otherwise it was taken from us, and our runtime
        // takes us for dead.
        if (held?.over !== over) return
        held = null
        onLost()
      })
    })
    return { name, granted, over }
  }

  return {
    /**
     * Resolves with the name of the lock once it is held. One request however often it is asked for: a page that comes
     * back fires `resume` and `pageshow` in one go, and a second would wait for the first for ever.
     */
    async take(newName: () => string): Promise<string> {
      held ??= request(newName())
      const { granted, name } = held
      await granted
      return name
    },
    /** Also takes back a request that still waits: granted to a page that has left, it would be held for good. */
    release(): void {
      held?.over.abort()
      held = null
    },
  }
}
