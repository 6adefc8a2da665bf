import type { Clock } from './platform.ts'

/** How often a leader says that it works. */
export const BEAT_MS = 5000
/** Two ticks this far apart: the machine slept. Timers of a worker are not throttled (measured, three engines). */
export const SLEPT_MS = 15_000

/**
 * The pulse of a term. A beat that comes from a timer and is held back when the poll stands still says more than an answer
 * to a ping: a wedged runtime can answer pings for hours (measured: a frozen page answers them too).
 */
export function startBeat(deps: {
  clock: Clock
  /** The poll takes its steps in time. */
  isMoving: () => boolean
  onBeat: () => void
  /** The machine slept: whatever is under way is older than it looks. */
  onSlept: () => void
  /** The poll stands still, and no watchdog of its own has noticed. */
  onStalled: () => void
}): () => void {
  const { clock } = deps
  let cancel = () => {}
  let lastAt = clock.wallMs()

  function tick(): void {
    // The wall clock, for the other may stand still while the machine sleeps.
    const now = clock.wallMs()
    const slept = now - lastAt > SLEPT_MS
    lastAt = now
    cancel = clock.after(BEAT_MS, tick)
    if (slept) deps.onSlept()
    else if (!deps.isMoving()) return deps.onStalled()
    deps.onBeat()
  }

  deps.onBeat()
  cancel = clock.after(BEAT_MS, tick)
  return () => cancel()
}
