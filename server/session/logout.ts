import type { EndedBy, EndKind, EndSessions } from './end-sessions.ts'
import type { SessionRow, SessionStore } from './session-store.ts'

export interface LogoutWish {
  /** Null: the session the proof itself names. */
  sh: string | null
  scope: 'this' | 'all'
}

/**
 * Ends what is asked for, as far as it is proved: a session id from a cookie or a token, old ones too, since they open
 * nothing here. A handle that names another session ends nothing: it is a late word of whoever was signed in before.
 * Returns the ids of the ended sessions.
 */
export function createLogout(deps: { sessions: SessionStore; endSessions: EndSessions }) {
  const { sessions, endSessions } = deps

  async function find(provedSids: readonly string[], sh: string | null): Promise<SessionRow | null> {
    for (const sid of provedSids) {
      const session = await sessions.bySid(sid)
      if (session && (sh === null || session.sh === sh)) return session
    }
    return null
  }

  return async (
    { sh, scope }: LogoutWish,
    provedSids: readonly string[],
    by: EndedBy,
    kind?: EndKind,
  ): Promise<readonly string[]> => {
    const session = await find(provedSids, sh)
    if (!session) return []
    const all = scope === 'all' ? await sessions.ofUser(session.userId) : []
    const sids = [...new Set([session.sid, ...all.map(({ sid }) => sid)])]
    await endSessions(sids, kind ?? (scope === 'all' ? 'signed_out_everywhere' : 'signed_out'), by)
    // One that was over already is not ended again: a repeated logout clears no cookie, which may be the next session's by now.
    return session.revokedAt === null ? sids : sids.filter((sid) => sid !== session.sid)
  }
}
