import type { Clock } from '../deps.ts'
import type { EndedSessions } from './ended-sessions.ts'
import type { SessionStore } from './session-store.ts'

/** Why a session was ended; what its next refresh is told. */
type EndCode = 'session_revoked' | 'refresh_reused' | 'user_disabled'
/** What the audit says of it: `replaced` by a login in the same browser, `revoked` from another device. */
export type EndKind =
  | 'signed_out'
  | 'signed_out_everywhere'
  | 'replaced'
  | 'revoked'
  | 'cookie_reused'
  /** The account was found to be switched off. */
  | 'disabled'
/** The request by which it ended. */
export interface EndedBy {
  requestId: string
  /** Keyed hash of the remote address. */
  address: string
}
export type EndSessions = (sids: readonly string[], kind: EndKind, by: EndedBy) => Promise<void>

const CODES: Partial<Record<EndKind, EndCode>> = {
  cookie_reused: 'refresh_reused',
  disabled: 'user_disabled',
}

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
  return async (sids, kind, by) => {
    for (const sid of sids) {
      deps.ended.add(sid)
      deps.endPolls(sid)
    }
    const code = CODES[kind] ?? 'session_revoked'
    await deps.sessions.revoke(sids, { code, kind, at: deps.clock.now(), ...by })
  }
}
