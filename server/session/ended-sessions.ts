import type { Clock } from '../deps.ts'
import { createRecent } from '../recent.ts'

/** Far more than can sign out within the life of a token; past it the longest ended go first. */
const ENDED_MAX = 100_000

/**
 * Past the life of a token. A refresh that was under way when its session ended may sign a token a moment later, and the
 * end of a token is rounded up to a whole second.
 */
export const LATE_TOKEN_MS = 30_000

export interface EndedSessions {
  add(sid: string): void
  has(sid: string): boolean
}

/**
 * Sessions whose tokens must no longer be taken although they have not run out. Kept for as long as a token lives and
 * a little more: afterwards there is none left to refuse.
 */
export function createEndedSessions(deps: { clock: Clock; tokenTtlMs: number }): EndedSessions {
  const { clock, tokenTtlMs } = deps
  const until = createRecent<number>(ENDED_MAX)

  return {
    add: (sid) => void until.set(sid, clock.now() + tokenTtlMs + LATE_TOKEN_MS),
    has(sid) {
      const end = until.get(sid)
      if (end === undefined) return false
      if (end >= clock.now()) return true
      until.delete(sid)
      return false
    },
  }
}
