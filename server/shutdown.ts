import type { Log } from './deps.ts'

/** How long open answers may take to leave, milliseconds. */
export const SHUTDOWN_BOUND_MS = 10_000

/**
 * Leaves as a deploy wants it: held polls are answered first, because the sockets wait for them; then the sockets; what
 * they may still have written is published; the store goes last. A second call waits for the first.
 */
export function createShutdown(deps: {
  drain: () => void
  /** In this order, one after another. */
  steps: readonly { name: string; run: () => Promise<void> | void }[]
  log: Log
}): () => Promise<void> {
  const { drain, steps, log } = deps
  let leaving: Promise<void> | null = null

  async function leave(): Promise<void> {
    log('info', 'The server is leaving.')
    drain()
    for (const { name, run } of steps) {
      try {
        await run()
      } catch (error) {
        // One part that fails to close must not keep the next from closing: the store is the last.
        log('error', 'A part did not close well.', { part: name, error: String(error) })
      }
    }
  }

  return () => (leaving ??= leave())
}
