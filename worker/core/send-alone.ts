import { OUTBOX_LOCK, type OutboxRow } from '../wire/outbox.ts'
import { createDeadline } from './deadline.ts'
import { createDrain } from './drain.ts'
import { createLogouts } from './logouts.ts'
import { createOutbox } from './outbox.ts'
import type { Platform } from './platform.ts'
import { createRefresh } from './refresh.ts'
import { createRequests } from './request.ts'
import { createSessions, type Session } from './session.ts'
import { hearSignOuts } from './sign-out.ts'

/** A runtime that sends is alive and needs no help; one that died has freed its lock long before this. */
export const SEND_LOCK_WAIT_MS = 1000
/** A browser lets one event of Background Sync take three minutes (Chromium's constant). */
export const SEND_DEADLINE_MS = 150_000
/** A tab that is open and alive has sent it by then; one that is frozen has not. */
export const LEFT_TO_TABS_MS = 60_000

/**
 * Sends what waits when no tab is open: session, refresh and drain, without a poll and without a tab to tell. The token is
 * fetched under the lock of all runtimes and forgotten with the worker: nothing is asked while there is nothing to send, or
 * while there are tabs to do it. Each call is one try; false when something is left for another.
 */
export function createSendAlone(deps: {
  platform: Platform
  instanceId: string
  hasTabs: () => Promise<boolean>
}): () => Promise<boolean> {
  const { platform, instanceId } = deps
  const count = () => {}
  const logouts = createLogouts({ platform, onOutcome: (outcome) => sessions.loggedOut(outcome) })
  const sessions = createSessions({ platform, isLoggedOut: logouts.isSignedOut, onChange() {} })
  const refresh = createRefresh({ platform, sessions, instanceId, sharesToken: false, count })
  const requests = createRequests({ platform, sessions, refresh })
  const outbox = createOutbox({ ...platform, table: platform.outbox })
  const drain = createDrain({ platform, outbox, requests, instanceId, count })
  hearSignOuts(platform, sessions)

  return async () => {
    await sessions.reread()
    const left = await waiting(sessions.current())
    const isFresh = left.every(({ at }) => platform.clock.wallMs() - at < LEFT_TO_TABS_MS)
    if (left.length > 0 && isFresh && (await deps.hasTabs())) return false
    await logouts.flush()
    const session = sessions.current()
    if (!session || left.length === 0) return true
    refresh.hurry()
    const wait = createDeadline(platform.clock, SEND_LOCK_WAIT_MS, session.signal)
    const work = createDeadline(platform.clock, SEND_DEADLINE_MS, session.signal)
    try {
      const lock = { signal: wait.signal }
      await platform.locks.request(OUTBOX_LOCK, lock, () => drain.pass(session, work.signal))
    } catch {
      // Somebody else sends, or somebody signed out: what is left says whether to come back.
    } finally {
      wait.end()
      work.end()
    }
    return (await waiting(session)).length === 0
  }

  async function waiting(session: Session | null | undefined): Promise<OutboxRow[]> {
    if (!session) return []
    const { user, org } = session.view
    const rows = await outbox.rows()
    return rows.filter((row) => row.userId === user.id && row.orgId === org.id && row.state === 'queued')
  }
}
