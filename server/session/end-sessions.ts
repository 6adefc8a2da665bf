import type { Clock } from '../deps.ts'
import type { EndedSessions } from './ended-sessions.ts'
import type { SessionStore } from './session-store.ts'

/** Why a session was ended; what its next refresh is told. */
export type EndCode = 'session_revoked' | 'refresh_reused'
export type EndSessions = (sids: readonly string[], code: EndCode) => Promise<void>

/**
 * Ends sessions everywhere at once: their tokens are refused and their held polls answered from this moment on, even
 * while the store is still writing, and a store that fails cannot keep them alive in this process.
 */
export function createEndSessions(deps: {
  sessions: Pick<SessionStore, 'revoke'>
  ended: Pick<EndedSessions, 'add'>
  endPolls: (sid: string) => void
  clock: Clock
}): EndSessions {
  return async (sids, code) => {
    for (const sid of sids) {
      deps.ended.add(sid)
      deps.endPolls(sid)
    }
    await deps.sessions.revoke(sids, code, deps.clock.now())
  }
}
