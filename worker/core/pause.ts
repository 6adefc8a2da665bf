import type { Clock } from './platform.ts'

/** A wait that can be cut short: the way out of a backoff when somebody comes back online or presses "try again". */
export interface Pause {
  /** Resolves after `ms`, when poked, or when `signal` aborts; true when it was poked. */
  wait(ms: number, signal: AbortSignal): Promise<boolean>
  /** Ends the wait under way; without one, the next wait ends at once. */
  poke(): void
}

/** Timers take 31 bits of milliseconds; anything longer fires at once (measured), which is the opposite of a long wait. */
export const WAIT_MAX_MS = 2 ** 31 - 1

export function createPause(clock: Clock): Pause {
  let wake: (() => void) | null = null
  let poked = false
  return {
    wait(ms, signal) {
      return new Promise((resolve) => {
        function end(): void {
          cancel()
          signal.removeEventListener('abort', end)
          wake = null
          const wasPoked = poked
          poked = false
          resolve(wasPoked)
        }
        const cancel = clock.after(poked || signal.aborted ? 0 : Math.min(ms, WAIT_MAX_MS), end)
        signal.addEventListener('abort', end, { once: true })
        wake = end
      })
    },
    poke() {
      poked = true
      wake?.()
    },
  }
}
