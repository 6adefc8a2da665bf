import type { EndedBy, EndSessions } from './end-sessions.ts'
import type { SessionStore } from './session-store.ts'

/** Ends every session of a person whose account was found to be switched off, so that their tokens die with it. */
export type EndDisabled = (userId: string, by: EndedBy) => Promise<void>

export function createEndDisabled(deps: {
  sessions: Pick<SessionStore, 'ofUser'>
  endSessions: EndSessions
}): EndDisabled {
  return async (userId, by) => {
    const open = await deps.sessions.ofUser(userId)
    await deps.endSessions(
      open.map(({ sid }) => sid),
      'disabled',
      by,
    )
  }
}
