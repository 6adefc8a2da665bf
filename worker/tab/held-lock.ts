/**
 * A lock that is held until it is let go. Taken before the tab attaches: its runtime waits for this lock, and would take
 * the tab for dead if it were free.
 */
export function createHeldLock(locks: Pick<LockManager, 'request'>, name: string) {
  let held: { granted: Promise<void>; over: AbortController } | null = null

  function request(): { granted: Promise<void>; over: AbortController } {
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
        // Let go of before it was granted: whoever waited for it has left.
      })
    })
    return { granted, over }
  }

  return {
    /**
     * Resolves once it is held. One request however often it is asked for: a page that comes back fires `resume` and
     * `pageshow` in one go, and a second request would wait for the first for ever.
     */
    take(): Promise<void> {
      held ??= request()
      return held.granted
    },
    /** Also takes back a request that still waits: granted to a page that has left, it would be held for good. */
    release(): void {
      held?.over.abort()
      held = null
    },
  }
}
