import type { Phase } from '../../worker/wire/port.ts'

export const STALE_LIVE_MS = 25_000
export const STALE_OTHERWISE_MS = 10_000
/** Without realtime for this long, snapshots are fetched again, and again after as long. */
export const HARD_TIMEOUT_MS = 30_000

/** How long a snapshot counts as fresh: events keep it true while live, only time vouches for it otherwise. */
export function staleTimeMs(phase: Phase): number {
  return phase === 'live' ? STALE_LIVE_MS : STALE_OTHERWISE_MS
}

export interface Freshness {
  phaseChanged(phase: Phase): void
  stop(): void
}

/**
 * The degraded mode: past `HARD_TIMEOUT_MS` without realtime a safe refetch of lists and aggregates. Not while offline or
 * signed out, where a refetch could only fail.
 */
export function createFreshness(deps: {
  after(ms: number, fn: () => void): () => void
  refetch(): void
}): Freshness {
  let cancel: (() => void) | null = null

  function arm(): void {
    cancel = deps.after(HARD_TIMEOUT_MS, () => {
      deps.refetch()
      arm()
    })
  }

  return {
    phaseChanged(phase) {
      const wanted = phase === 'degraded' || phase === 'connecting'
      if (wanted && !cancel) arm()
      if (wanted) return
      cancel?.()
      cancel = null
    },
    stop() {
      cancel?.()
      cancel = null
    },
  }
}
