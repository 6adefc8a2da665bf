import type { Clock, Log } from './deps.ts'

/** How long open answers may take to leave once no poll is held, milliseconds. */
export const SHUTDOWN_BOUND_MS = 10_000
/** Terminals and those who pass signals on send one twice; who means it takes longer. */
export const SAME_SIGNAL_MS = 500

/** The process may be told to leave twice: the second time it does not wait for anybody. */
export interface Shutdown {
  /** @param withinMs how long held polls may take to end by themselves */
  leave(withinMs: number): void
}

/**
 * Leaves as a deploy wants it: polls end first, because the sockets wait for them; then the sockets; what they may still
 * have written is published; the feeds are left to the next process; the store goes last. Exits with 0 when all of that is
 * done; with 1, at once, when somebody asks again or it takes longer than it may. Nothing is half done by that: it is then
 * as after a crash.
 */
export function createShutdown(deps: {
  /** In this order, one after another; each is told how long held polls may take. */
  steps: readonly { name: string; run: (withinMs: number) => Promise<void> | void }[]
  exit: (code: 0 | 1) => void
  clock: Clock
  log: Log
}): Shutdown {
  const { steps, exit, clock, log } = deps
  let leavingSince: number | null = null

  async function takeSteps(withinMs: number): Promise<void> {
    for (const { name, run } of steps) {
      try {
        await run(withinMs)
      } catch (error) {
        // One part that fails to close must not keep the next from closing: the store is the last.
        log('error', 'A part did not close well.', { part: name, error: String(error) })
      }
    }
    exit(0)
  }

  function stopHard(why: string): void {
    log('error', 'The server stops without waiting any longer.', { why })
    exit(1)
  }

  return {
    leave(withinMs) {
      const now = clock.monotonicMs()
      if (leavingSince === null) {
        leavingSince = now
        log('info', 'The server is leaving.', { withinMs })
        clock.after(withinMs + 2 * SHUTDOWN_BOUND_MS, () => stopHard('it took too long'))
        void takeSteps(withinMs)
      } else if (now - leavingSince >= SAME_SIGNAL_MS) stopHard('it was asked again')
    },
  }
}
