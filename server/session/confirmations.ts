import type { Clock, Log } from '../deps.ts'
import { confirmDelivery } from './rotation.ts'
import type { SessionStore } from './session-store.ts'

export interface Confirmations {
  /** A token was used for the first time. Returns at once; the writing goes on behind the request. */
  confirm: (sid: string, ctr: number) => void
  settled: () => Promise<void>
}

/**
 * Writes down that a cookie has arrived. At most one write a rotation, and one that is lost costs nothing but a longer
 * forgiveness, so no request waits for it and none fails with it.
 */
export function createConfirmations(deps: {
  sessions: Pick<SessionStore, 'bySid' | 'advance'>
  clock: Clock
  log: Log
}): Confirmations {
  const { sessions, clock, log } = deps
  const writing = new Set<Promise<void>>()

  async function write(sid: string, ctr: number): Promise<void> {
    const session = await sessions.bySid(sid)
    const next = session && confirmDelivery(session, ctr, clock.now())
    if (session && next) await sessions.advance(session, next, session.usedAt)
  }

  return {
    confirm(sid, ctr) {
      const written = write(sid, ctr)
        .catch((error: unknown) =>
          log('warn', 'A delivery could not be confirmed.', { sid, error: String(error) }),
        )
        .finally(() => writing.delete(written))
      writing.add(written)
    },
    async settled() {
      await Promise.all(writing)
    },
  }
}
