import type { Clock } from './platform.ts'

/** A wait that can be cut short: the way out of a backoff when somebody comes back online or presses "try again". */
export interface Pause {
  /** Resolves after `ms`, when poked, or when `signal` aborts; true when it was poked. */
  wait(ms: number, signal: AbortSignal): Promise<boolean>
  /** Ends the wait under way; without one, the next wait ends at once. */
  poke(): void
}

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
        const cancel = clock.after(poked || signal.aborted ? 0 : ms, end)
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
