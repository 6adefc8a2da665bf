import type { Clock } from '../deps.ts'
import { createRecent } from '../recent.ts'

/**
 * How long the highest generation of a session is remembered after its last poll. Longer than any pause of a living
 * leader; short enough that a browser which lost its store, and counts from one again, is let in soon.
 */
export const GENERATION_MEMORY_MS = 90_000
const SESSIONS_REMEMBERED_MAX = 100_000
/** Ended sessions are told apart here only for as long as a request can be on its way in; the token check knows them all. */
const ENDED_REMEMBERED_MAX = 10_000

export type EndedBy = 'superseded' | 'session_revoked' | 'drain'

export interface SessionFence {
  /**
   * Makes this the session's only poll; `end` is called when another takes its place. The higher generation wins, the
   * newer poll among equals and whenever one comes without. Returns the end of the lease, or why there is none: a higher
   * generation polls, or the session ended while the poll was on its way in.
   */
  admit(
    sid: string,
    generation: number | null,
    end: (why: EndedBy) => void,
  ): (() => void) | 'superseded' | 'session_revoked'
  /** The session is over: whatever it holds is answered now. */
  endSession: (sid: string) => void
  /** The sessions that poll now. */
  polling(): Iterable<string>
  /** Answers the session's held poll, if there is one. */
  end(sid: string, why: EndedBy): void
}

interface Lease {
  end(why: EndedBy): void
}

/** One waiter a login session, so that "exactly one poller" is a fact the server enforces and not a hope about clients. */
export function createSessionFence(deps: { clock: Clock }): SessionFence {
  const held = new Map<string, Lease>()
  const ended = createRecent<true>(ENDED_REMEMBERED_MAX)
  const highest = createRecent<{ generation: number; seenAt: number }>(SESSIONS_REMEMBERED_MAX)

  function isOutdated(sid: string, generation: number): boolean {
    const known = highest.get(sid)
    if (!known || generation >= known.generation) return false
    return held.has(sid) || deps.clock.monotonicMs() - known.seenAt < GENERATION_MEMORY_MS
  }

  function end(sid: string, why: EndedBy): void {
    const lease = held.get(sid)
    held.delete(sid)
    lease?.end(why)
  }

  return {
    admit(sid, generation, endPoll) {
      if (ended.has(sid)) return 'session_revoked'
      if (generation !== null) {
        if (isOutdated(sid, generation)) return 'superseded'
        highest.set(sid, { generation, seenAt: deps.clock.monotonicMs() })
      }
      const lease: Lease = { end: endPoll }
      end(sid, 'superseded')
      held.set(sid, lease)
      return () => {
        if (held.get(sid) === lease) held.delete(sid)
      }
    },
    endSession(sid) {
      ended.set(sid, true)
      highest.delete(sid)
      end(sid, 'session_revoked')
    },
    polling: () => held.keys(),
    end,
  }
}
