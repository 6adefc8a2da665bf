import * as v from 'valibot'
import { HEADER, HEADER_MARK } from '../wire/headers.ts'
import { refreshLock } from '../wire/names.ts'
import { isExpiryCode } from '../wire/problem.ts'
import { CHANNEL, RefreshRelay } from '../wire/relay.ts'
import { RefreshAnswer } from '../wire/session.ts'
import { failure, readAnswer, type Failure } from './answer.ts'
import { createDeadline } from './deadline.ts'
import type { Platform } from './platform.ts'
import type { Session, Sessions } from './session.ts'

/** One refresh may take this long; it holds the lock of all runtimes of the session meanwhile. */
export const REFRESH_DEADLINE_MS = 10_000
/** A holder of the lock that is frozen frees it never; whoever waited longer than a refresh can take goes without. */
export const REFRESH_LOCK_WAIT_MS = REFRESH_DEADLINE_MS + 2000
/** The token is renewed when this part of its life is over, so that nothing ever meets a 401. */
export const REFRESH_AT = 0.8

export interface Refresh {
  /** Null when the session has a fresh token now; else why it has none. Any number of callers share one refresh. */
  ensure(session: Session): Promise<Failure | null>
  /** Tells the other runtimes of the profile that this session has a token: after a login they take it over. */
  announce(sh: string): void
  /** Whether the token should be renewed before it is used for something long. */
  isDue(session: Session): boolean
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
  /** Where each tab hosts its own runtime the token goes to the others in `refresh-success`, and nowhere else. */
  sharesToken: boolean
}): Refresh {
  const { platform, sessions, instanceId, sharesToken } = deps
  const underWay = new Map<Session, Promise<Failure | null>>()
  let count = 0

  const channel = platform.channels.open(CHANNEL.refresh, (data) => {
    const message = v.safeParse(RefreshRelay, data)
    if (!message.success || message.output.from === instanceId || message.output.t !== 'refresh-success')
      return
    const { sh, token, expiresIn } = message.output
    const session = sessions.current()
    // Another runtime of this profile signed in: the record in the store says who.
    if (session?.view.sh !== sh) void sessions.reread()
    else if (token !== undefined && expiresIn !== undefined)
      sessions.grant(session, { value: token, expiresIn })
  })

  function post(sh: string, message: Record<string, unknown>): void {
    channel.post({ v: 1, sh, from: instanceId, ...message })
  }

  function announce(sh: string): void {
    const session = sessions.current()
    const token = sharesToken && session?.view.sh === sh ? session.token() : null
    if (token === null) post(sh, { t: 'refresh-success' })
    else post(sh, { t: 'refresh-success', token, expiresIn: (session?.tokenLife().leftMs ?? 0) / 1000 })
  }

  async function refresh(session: Session): Promise<Failure | null> {
    const wait = createDeadline(platform.clock, REFRESH_LOCK_WAIT_MS, session.signal)
    const name = refreshLock(session.view.sh)
    try {
      return await platform.locks.request(name, { signal: wait.signal }, () => {
        wait.end()
        return renew(session)
      })
    } catch {
      // The server's rotation stands two refreshes at once; the lock only spares them.
      return wait.timedOut() ? renew(session) : failure('signed_out')
    } finally {
      wait.end()
    }
  }

  async function renew(session: Session): Promise<Failure | null> {
    const { sh } = session.view
    if (session.token() !== null && !isDue(session)) return null
    post(sh, { t: 'refresh-started' })
    const trouble = await exchange(session)
    if (trouble) post(sh, { t: 'refresh-failed', code: trouble.code })
    else announce(sh)
    return trouble
  }

  async function exchange(session: Session): Promise<Failure | null> {
    count += 1
    const deadline = createDeadline(platform.clock, REFRESH_DEADLINE_MS, session.signal)
    try {
      const response = await platform.http({
        method: 'POST',
        path: '/auth/refresh',
        headers: { 'Content-Type': 'application/json', [HEADER.client]: HEADER_MARK },
        body: JSON.stringify({ sh: session.view.sh }),
        cookies: true,
        signal: deadline.signal,
      })
      const answer = await readAnswer(response, platform.clock.wallMs())
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
    announce,
    isDue,
    count: () => count,
    ensure(session) {
      const expiredBy = session.expiredBy()
      if (expiredBy !== null)
        return Promise.resolve(failure('signed_out', { status: 401, problem: { code: expiredBy } }))
      if (session.token() !== null && !isDue(session)) return Promise.resolve(null)
      const shared = underWay.get(session) ?? refresh(session).finally(() => underWay.delete(session))
      underWay.set(session, shared)
      return shared
    },
  }
}

function isDue(session: Session): boolean {
  const { leftMs, totalMs } = session.tokenLife()
  return leftMs <= totalMs * (1 - REFRESH_AT)
}
