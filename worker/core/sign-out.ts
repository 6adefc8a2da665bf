import * as v from 'valibot'
import { HEADER, HEADER_MARK } from '../wire/headers.ts'
import type { Result } from '../wire/port.ts'
import { CHANNEL, LogoutSignal } from '../wire/relay.ts'
import { createDeadline } from './deadline.ts'
import type { Platform } from './platform.ts'
import type { Sessions } from './session.ts'

const SIGN_OUT_DEADLINE_MS = 5000

/**
 * Ends the session here first, in every runtime of the profile second, at the server last: the order in which a person
 * expects it. Another runtime that hears of it ends the same session without asking the server again.
 */
export function createSignOut(deps: {
  platform: Pick<Platform, 'clock' | 'http' | 'channels' | 'random' | 'log'>
  sessions: Sessions
}): (scope: 'this' | 'all') => Promise<Result<null>> {
  const { platform, sessions } = deps
  const channel = platform.channels.open(CHANNEL.control, (data) => {
    const signal = v.safeParse(LogoutSignal, data)
    if (signal.success) void sessions.endedElsewhere(signal.output.sh)
  })

  async function tellServer(sh: string, scope: 'this' | 'all', token: string | null): Promise<void> {
    const deadline = createDeadline(platform.clock, SIGN_OUT_DEADLINE_MS)
    try {
      await platform.http({
        method: 'POST',
        path: '/auth/logout',
        headers: {
          'Content-Type': 'application/json',
          [HEADER.client]: HEADER_MARK,
          ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ sh, scope }),
        cookies: true,
        signal: deadline.signal,
      })
    } catch {
      platform.log('warn', 'The server could not be told of the logout; its session ends by itself.')
    } finally {
      deadline.end()
    }
  }

  return async (scope) => {
    await sessions.known
    const session = sessions.current()
    if (!session) return { ok: true, value: null }
    const { sh } = session.view
    const token = session.token()
    const ended = sessions.end(session, 'signed-out')
    channel.post({ t: 'logout', id: platform.random.uuid(), ts: platform.clock.wallMs(), sh })
    await ended
    await tellServer(sh, scope, token)
    return { ok: true, value: null }
  }
}
