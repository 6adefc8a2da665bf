/** Aggregates are refetched at most this often during a burst of events. */
export const DERIVED_INTERVAL_MS = 1000

export interface Derived {
  /** Something changed that aggregates are made of. */
  touch(): void
  stop(): void
}

/**
 * Leading and trailing edge: the first change shows at once, a burst of any length costs one refetch a second, and the
 * last change of a burst is never left out.
 */
export function createDerived(deps: {
  now(): number
  after(ms: number, fn: () => void): () => void
  invalidate(): void
}): Derived {
  let lastAt = Number.NEGATIVE_INFINITY
  let cancel: (() => void) | null = null

  function run(): void {
    cancel = null
    lastAt = deps.now()
    deps.invalidate()
  }

  return {
    touch() {
      if (cancel) return
      const wait = lastAt + DERIVED_INTERVAL_MS - deps.now()
      if (wait <= 0) run()
      else cancel = deps.after(wait, run)
    },
    stop() {
      cancel?.()
      cancel = null
    },
  }
}
