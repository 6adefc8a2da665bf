/** The rows are drawn first: with many tabs on one machine their refetches would stand in each other's way (measured). */
export const DERIVED_DELAY_MS = 200

export interface Derived {
  /** Something changed that aggregates are made of. */
  touch(): void
  stop(): void
}

/**
 * Leading and trailing edge: the first change shows after a moment, a burst of any length costs one refetch a window, and the
 * last change of a burst is never left out. A refetch is never cut short by the next: on a line where it takes longer
 * than the interval, a burst would otherwise keep it from ever arriving.
 */
export function createDerived(deps: {
  now(): number
  /** Aggregates are refetched at most this often during a burst of events. */
  windowMs(): number
  after(ms: number, fn: () => void): () => void
  /** Settles when the aggregates are there, or could not be had. */
  invalidate(): Promise<unknown>
}): Derived {
  let lastAt = Number.NEGATIVE_INFINITY
  let cancel: (() => void) | null = null
  let running = false
  let touched = false
  let stopped = false

  function run(): void {
    cancel = null
    running = true
    lastAt = deps.now()
    const done = () => {
      running = false
      if (!touched) return
      touched = false
      touch()
    }
    deps.invalidate().then(done, done)
  }

  function touch(): void {
    if (stopped || cancel) return
    if (running) {
      touched = true
      return
    }
    const wait = Math.max(DERIVED_DELAY_MS, lastAt + deps.windowMs() - deps.now())
    cancel = deps.after(wait, run)
  }

  return {
    touch,
    stop() {
      stopped = true
      cancel?.()
      cancel = null
    },
  }
}
