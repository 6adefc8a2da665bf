import * as v from 'valibot'
import { HEADER, HEADER_MARK } from '../wire/headers.ts'
import { refreshLock, SIGN_IN_LOCK } from '../wire/names.ts'
import type { Result, SessionView } from '../wire/port.ts'
import { LoginAnswer, type LoginRequest } from '../wire/session.ts'
import { failure, readAnswer } from './answer.ts'
import { createDeadline } from './deadline.ts'
import { SIGN_IN_LOCK_WAIT_MS, type Logouts } from './logouts.ts'
import type { Platform } from './platform.ts'
import type { Refresh } from './refresh.ts'
import type { Sessions } from './session.ts'
import { underLock } from './under-lock.ts'

const SIGN_IN_DEADLINE_MS = 14_000

/**
 * Exchanges a person's credentials for a session. The password is read once, sent once and kept nowhere. All that runs in
 * the browser shares one cookie, so that logins take turns, and none runs beside a refresh of the session it replaces: the
 * late answer of that one would put its cookie over the new (measured, two engines).
 */
export function createSignIn(deps: {
  platform: Pick<Platform, 'clock' | 'http' | 'locks'>
  sessions: Sessions
  refresh: Pick<Refresh, 'announce' | 'abandon'>
  logouts: Pick<Logouts, 'flush'>
}): (credentials: LoginRequest) => Promise<Result<SessionView>> {
  const { platform, sessions, refresh, logouts } = deps

  async function exchange(credentials: LoginRequest, signal: AbortSignal): Promise<Result<SessionView>> {
    const response = await platform.http({
      method: 'POST',
      path: '/auth/login',
      headers: { 'Content-Type': 'application/json', [HEADER.client]: HEADER_MARK },
      body: JSON.stringify(credentials),
      cookies: true,
      signal,
    })
    const answer = await readAnswer(response, platform.clock.wallMs())
    if (!answer.ok) return answer
    const login = v.safeParse(LoginAnswer, answer.value)
    if (!login.success) return failure('bad_answer', { status: response.status })
    const { sh, user, org, properties, accessToken, expiresIn } = login.output
    const view: SessionView = { sh, user, org, properties }
    await sessions.begin(view, { value: accessToken, expiresIn })
    refresh.announce(sh)
    return { ok: true, value: view }
  }

  async function inTurn(credentials: LoginRequest, signal: AbortSignal): Promise<Result<SessionView>> {
    const last = sessions.current()
    if (!last) return exchange(credentials, signal)
    refresh.abandon()
    const lock = { name: refreshLock(last.view.sh), waitMs: SIGN_IN_LOCK_WAIT_MS, signal }
    return underLock(platform, lock, () => exchange(credentials, signal))
  }

  return async (credentials) => {
    const deadline = createDeadline(platform.clock, SIGN_IN_DEADLINE_MS)
    const { signal } = deadline
    try {
      await sessions.known
      // The next session's cookie proves nothing of the last one: its logout is told first, or never.
      await logouts.flush()
      const lock = { name: SIGN_IN_LOCK, waitMs: SIGN_IN_LOCK_WAIT_MS, signal }
      return await underLock(platform, lock, () => inTurn(credentials, signal))
    } catch {
      return failure(deadline.timedOut() ? 'timeout' : 'network')
    } finally {
      deadline.end()
    }
  }
}
