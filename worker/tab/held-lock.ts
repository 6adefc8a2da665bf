/**
 * A lock that is held until it is let go. Taken before the tab attaches: its runtime waits for this lock, and would take
 * the tab for dead if it were free.
 */
export function createHeldLock(locks: Pick<LockManager, 'request'>, name: string) {
  let release: (() => void) | null = null
  return {
    /** Resolves once it is held. */
    take(): Promise<void> {
      if (release) return Promise.resolve()
      return new Promise((granted) => {
        void locks.request(name, () => {
          granted()
          return new Promise<void>((resolve) => {
            release = resolve
          })
        })
      })
    },
    release(): void {
      release?.()
      release = null
    },
  }
}
