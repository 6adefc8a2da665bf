import { OUTBOX_LOCK } from '../wire/outbox.ts'
import { createDeadline } from './deadline.ts'
import { createDrain } from './drain.ts'
import { createLogouts } from './logouts.ts'
import { createOutbox } from './outbox.ts'
import type { Platform } from './platform.ts'
import { createRefresh } from './refresh.ts'
import { createRequests } from './request.ts'
import { createSessions } from './session.ts'
import { underLock } from './under-lock.ts'

/** A runtime that sends is alive and needs no help; one that died has freed its lock long before this. */
export const SEND_LOCK_WAIT_MS = 1000
/** A browser lets one event of Background Sync take three minutes (Chromium's constant). */
export const SEND_DEADLINE_MS = 150_000

/**
 * Sends what waits when no tab is open: session, refresh and drain, without a poll and without a tab to tell. The token is
 * fetched anew under the lock of all runtimes and is forgotten with the worker. False when something is left to try again.
 */
export async function sendAlone(platform: Platform, instanceId: string): Promise<boolean> {
  const count = () => {}
  const logouts = createLogouts({ platform, onOutcome: (outcome) => sessions.loggedOut(outcome) })
  const sessions = createSessions({ platform, isLoggedOut: logouts.isPending, onChange() {} })
  const refresh = createRefresh({ platform, sessions, instanceId, sharesToken: false, count })
  const requests = createRequests({ platform, sessions, refresh })
  const outbox = createOutbox({ ...platform, table: platform.outbox })
  const drain = createDrain({ platform, outbox, requests, instanceId, count })

  await sessions.known
  await logouts.flush()
  const session = sessions.current()
  if (!session) return true
  const { user, org } = session.view
  const { signal, end } = createDeadline(platform.clock, SEND_DEADLINE_MS, session.signal)
  try {
    const { held } = await platform.locks.query(OUTBOX_LOCK)
    if (held > 0) return true
    const lock = { name: OUTBOX_LOCK, waitMs: SEND_LOCK_WAIT_MS, signal }
    await underLock(platform, lock, () => drain.pass(session, signal))
  } catch {
    // Signed out, or out of time: what is left says so.
  } finally {
    end()
  }
  const rows = await outbox.rows()
  return !rows.some((row) => row.userId === user.id && row.orgId === org.id && row.state === 'queued')
}
