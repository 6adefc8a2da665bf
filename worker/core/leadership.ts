import { leadLock } from '../wire/names.ts'
import { isAborted, onAbort } from './abort.ts'
import type { Platform } from './platform.ts'

/** A store that does not answer for this long is passed over: the lock is ours and nobody polls. */
export const STORE_DEADLINE_MS = 2000

/** One leadership: fenced by its generation, over when `signal` aborts or its work ends. */
export interface Term {
  generation: number
  signal: AbortSignal
}

export interface LeadOptions {
  /** Ends the wait and the term. */
  signal: AbortSignal
  /** Ends the wait and leaves a term alone; aborts with `signal` as well. */
  wait: AbortSignal
  /** Take the lock from whoever has it. Only ever on the word of the lead watch. */
  steal?: boolean
  /** The generation is to be higher than this one, whatever the store says. */
  above: number
  /** The lock is ours and the generation is being raised. False: the session is over, and the lock was heard of first. */
  granted?: () => Promise<boolean>
}

export interface Leadership {
  /**
   * Waits until this runtime is the one that leads the session, then does `work` for as long as it takes.
   * `aside`: the wait was ended first. `stolen`: another took the lock meanwhile; the work has come to its end.
   */
  lead<T>(sh: string, options: LeadOptions, work: (term: Term) => Promise<T>): Promise<T | 'stolen' | 'aside'>
}

/**
 * The Web Lock decides who leads; the generation, raised in the store shared by all runtimes, lets the server and the
 * relay tell a late message of the last leader from one of this.
 */
export function createLeadership(platform: Pick<Platform, 'locks' | 'store' | 'clock'>): Leadership {
  const { clock, locks, store } = platform

  /** A store that refuses (quota, a private window) or hangs leaves the clock: it rises as well, only less evenly. */
  function nextGeneration(sh: string, above: number): Promise<number> {
    const raised = store.update(
      `generation:${sh}`,
      (last) => Math.max(typeof last === 'number' ? last : 0, above) + 1,
    )
    return inTime(raised, () => Math.max(clock.wallMs(), above + 1))
  }

  function inTime<T>(read: Promise<T>, otherwise: () => T): Promise<T> {
    return new Promise((resolve) => {
      const fallBack = () => resolve(otherwise())
      const cancel = clock.after(STORE_DEADLINE_MS, fallBack)
      read.then(resolve, fallBack).finally(cancel)
    })
  }

  return {
    async lead<T>(
      sh: string,
      { signal, wait, steal = false, above, granted }: LeadOptions,
      work: (term: Term) => Promise<T>,
    ) {
      const over = new AbortController()
      const unlink = onAbort(signal, () => over.abort())
      let working: Promise<T | 'aside'> | null = null

      async function term(): Promise<T | 'aside'> {
        // Granted and sent away in one turn: the request no longer heard the abort.
        if (wait.aborted) return 'aside'
        const mayLead = granted && inTime(granted(), () => true)
        const generation = await nextGeneration(sh, above)
        if (over.signal.aborted || (mayLead && !(await mayLead))) return 'aside'
        return work({ generation, signal: over.signal })
      }

      try {
        // `steal` and `signal` exclude each other in the API; whoever steals is granted at once.
        const options = steal ? { steal } : { signal: wait }
        return await locks.request(leadLock(sh), options, () => (working = term()))
      } catch (error) {
        const begun = working as Promise<T | 'aside'> | null
        if (!isAborted(error)) throw error
        if (begun === null) return 'aside'
        // The work does not end by itself when the lock is taken from it: until it has, two would poll.
        over.abort()
        return (await begun) === 'aside' ? 'aside' : 'stolen'
      } finally {
        unlink()
      }
    },
  }
}
