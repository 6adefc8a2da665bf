import * as v from 'valibot'
import { HEADER, HEADER_MARK } from '../wire/headers.ts'
import type { Result, SessionView } from '../wire/port.ts'
import { LoginAnswer, type LoginRequest } from '../wire/session.ts'
import { failure, readAnswer } from './answer.ts'
import { createDeadline } from './deadline.ts'
import type { Platform } from './platform.ts'
import type { Refresh } from './refresh.ts'
import type { Sessions } from './session.ts'

const SIGN_IN_DEADLINE_MS = 14_000

/** Exchanges a person's credentials for a session. The password is read once, sent once and kept nowhere. */
export function createSignIn(deps: {
  platform: Pick<Platform, 'clock' | 'http'>
  sessions: Sessions
  refresh: Pick<Refresh, 'announce'>
}): (credentials: LoginRequest) => Promise<Result<SessionView>> {
  const { platform, sessions, refresh } = deps
  return async (credentials) => {
    const deadline = createDeadline(platform.clock, SIGN_IN_DEADLINE_MS)
    try {
      const response = await platform.http({
        method: 'POST',
        path: '/auth/login',
        headers: { 'Content-Type': 'application/json', [HEADER.client]: HEADER_MARK },
        body: JSON.stringify(credentials),
        cookies: true,
        signal: deadline.signal,
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
    } catch {
      return failure(deadline.timedOut() ? 'timeout' : 'network')
    } finally {
      deadline.end()
    }
  }
}
