import type { Platform } from './platform.ts'

/** One leadership: fenced by its generation, over when `signal` aborts or its work ends. */
export interface Term {
  generation: number
  signal: AbortSignal
}

/**
 * Waits until this runtime is the one that leads the session, then does `work` for as long as it takes. The Web Lock
 * decides who; the generation, raised in the store shared by all runtimes, lets the server and the relay tell a late
 * message of the last leader from one of this. Rejects when `signal` aborts the wait.
 */
export function createLeadership(platform: Pick<Platform, 'locks' | 'store' | 'clock'>) {
  async function nextGeneration(sh: string): Promise<number> {
    // A store that refuses (quota, a private window) leaves the clock: it rises as well, only less evenly.
    return platform.store.update(`generation:${sh}`, oneMore).catch(() => platform.clock.wallMs())
  }

  return {
    lead(sh: string, signal: AbortSignal, work: (term: Term) => Promise<void>): Promise<void> {
      return platform.locks.request(`standpipe:${sh}:lead`, { signal }, async () => {
        const generation = await nextGeneration(sh)
        if (!signal.aborted) await work({ generation, signal })
      })
    },
  }
}

function oneMore(last: unknown): number {
  return (typeof last === 'number' ? last : 0) + 1
}
