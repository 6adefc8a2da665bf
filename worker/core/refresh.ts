import * as v from 'valibot'
import { HEADER, HEADER_MARK } from '../wire/headers.ts'
import { refreshLock } from '../wire/names.ts'
import { isExpiryCode } from '../wire/problem.ts'
import { RefreshAnswer } from '../wire/session.ts'
import { failure, readAnswer, type Failure } from './answer.ts'
import { createDeadline } from './deadline.ts'
import type { Platform } from './platform.ts'
import { createRefreshRest } from './refresh-rest.ts'
import { isDue, type Session, type Sessions } from './session.ts'
import type { Count } from './telemetry.ts'
import { createTokenShare } from './token-share.ts'
import { underLock } from './under-lock.ts'

/** One refresh may take this long; it holds the lock of all runtimes of the session meanwhile. */
export const REFRESH_DEADLINE_MS = 10_000
/** A holder of the lock that is frozen frees it never; whoever waited longer than a refresh can take goes without. */
export const REFRESH_LOCK_WAIT_MS = REFRESH_DEADLINE_MS + 2000

export interface Refresh {
  /**
   * Null when the session has a token that is good now; else why it has none. Any number of callers share one refresh, and
   * after one that failed they share what it failed of until the next may be tried.
   */
  ensure(session: Session): Promise<Failure | null>
  /** Something changed: who needs a token may ask at once, unless the server wanted more time. */
  hurry(): void
  /** Gives up the refresh that is under way: somebody else signs in. */
  abandon(): void
  /** Tells the other runtimes of the profile that this session has a token: after a login they take it over. */
  announce(sh: string): void
  /** Tells the other runtimes of the profile that the server has ended this session, however this one heard of it. */
  expired(sh: string, code: string): void
  count(): number
}

/**
 * One refresh at a time: a promise inside the runtime, a Web Lock between runtimes, the rotation at the server. Whoever
 * waited for the lock looks first whether the token came meanwhile.
 */
export function createRefresh(deps: {
  platform: Platform
  sessions: Sessions
  instanceId: string
  /** Where each tab hosts its own runtime they share one token. */
  sharesToken: boolean
  count: Count
}): Refresh {
  const { platform, sessions } = deps
  const { clock } = platform
  const share = createTokenShare(deps)
  const rest = createRefreshRest(platform)
  const underWay = new Map<Session, Promise<Failure | null>>()
  let count = 0
  let abandoned = new AbortController()

  const hasFresh = (session: Session) => session.token() !== null && !isDue(session)

  async function refresh(session: Session): Promise<Failure | null> {
    const { signal } = session
    const lock = { name: refreshLock(session.view.sh), waitMs: REFRESH_LOCK_WAIT_MS, signal }
    try {
      // The server's rotation stands two refreshes at once; the lock only spares them.
      return await underLock(platform, lock, () => renew(session))
    } catch {
      return failure('signed_out')
    }
  }

  async function renew(session: Session): Promise<Failure | null> {
    const { sh } = session.view
    if (hasFresh(session)) return null
    // Signed out while this runtime slept, by one that could not tell the server: the cookie would bring the session back.
    if (!(await sessions.isOver(session)) && session.token() === null) await share.borrow(session)
    if (session.signal.aborted) return failure('signed_out')
    if (hasFresh(session)) return null
    share.say(sh, { t: 'refresh-started' })
    sessions.refreshing(session, 'refresh-began')
    abandoned = new AbortController()
    const { signal } = abandoned
    const trouble = await exchange(session, signal)
    if (!trouble) {
      rest.end()
      share.announce(sh)
      return null
    }
    share.say(sh, { t: 'refresh-failed', code: trouble.code })
    if (!signal.aborted && !session.signal.aborted) deps.count('refresh_failed', { code: trouble.code })
    const isReached = signal.aborted || (trouble.code !== 'network' && trouble.code !== 'timeout')
    sessions.refreshing(session, isReached ? 'refused' : 'unreachable')
    if (!signal.aborted) rest.begin(session, trouble)
    return trouble
  }

  async function exchange(session: Session, abandon: AbortSignal): Promise<Failure | null> {
    count += 1
    const deadline = createDeadline(clock, REFRESH_DEADLINE_MS, session.signal, abandon)
    try {
      const response = await platform.http({
        method: 'POST',
        path: '/auth/refresh',
        headers: { 'Content-Type': 'application/json', [HEADER.client]: HEADER_MARK },
        body: JSON.stringify({ sh: session.view.sh }),
        cookies: true,
        signal: deadline.signal,
      })
      const answer = await readAnswer(response, clock.wallMs())
      if (!answer.ok) return refused(session, answer)
      const granted = v.safeParse(RefreshAnswer, answer.value)
      if (!granted.success) return failure('bad_answer', { status: 200 })
      const { sh, userId, accessToken, expiresIn } = granted.output
      if (sh !== session.view.sh || userId !== session.view.user.id)
        return refused(session, failure('session_mismatch'))
      sessions.grant(session, { value: accessToken, expiresIn })
      return session.signal.aborted ? failure('signed_out') : null
    } catch {
      if (session.signal.aborted) return failure('signed_out')
      return failure(deadline.timedOut() ? 'timeout' : 'network')
    } finally {
      deadline.end()
    }
  }

  /** Only the five codes end a session; everything else is trouble on the way and passes. */
  function refused(session: Session, answer: Failure): Failure {
    if (isExpiryCode(answer.code)) sessions.expire(session, answer.code)
    // The cookie is another session's: a login this runtime has not heard of. The store says which.
    else if (answer.code === 'session_mismatch') void sessions.reread()
    return answer
  }

  return {
    announce: share.announce,
    expired: share.expired,
    count: () => count,
    hurry: rest.hurry,
    abandon: () => abandoned.abort(),
    ensure(session) {
      const expiredBy = session.expiredBy()
      if (expiredBy !== null)
        return Promise.resolve(failure('signed_out', { status: 401, problem: { code: expiredBy } }))
      if (hasFresh(session)) return Promise.resolve(null)
      const trouble = rest.trouble(session)
      // What is only due is still good.
      if (trouble) return Promise.resolve(session.token() === null ? trouble : null)
      const shared = underWay.get(session) ?? refresh(session).finally(() => underWay.delete(session))
      underWay.set(session, shared)
      return shared
    },
  }
}
