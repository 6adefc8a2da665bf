import * as v from 'valibot'
import type { Result } from '../wire/port.ts'
import { CHANNEL, LogoutSignal } from '../wire/relay.ts'
import type { Logouts } from './logouts.ts'
import type { Platform } from './platform.ts'
import type { Sessions } from './session.ts'

export interface SignOut {
  (scope: 'this' | 'all'): Promise<Result<null>>
}

/**
 * Ends the session here first, in every runtime of the profile second, at the server last: the order in which a person
 * expects it. Another runtime that hears of it ends the same session without asking the server again.
 */
export function createSignOut(deps: {
  platform: Pick<Platform, 'clock' | 'channels' | 'random'>
  sessions: Sessions
  logouts: Pick<Logouts, 'tell'>
}): SignOut {
  const { platform, sessions, logouts } = deps
  const channel = platform.channels.open(CHANNEL.control, (data) => {
    const signal = v.safeParse(LogoutSignal, data)
    if (signal.success) void sessions.endedElsewhere(signal.output.sh)
  })

  return async (scope) => {
    await sessions.known
    const session = sessions.current()
    if (!session) return { ok: true, value: null }
    const { sh } = session.view
    const token = session.token()
    const ended = sessions.end(session, 'signed-out')
    channel.post({ t: 'logout', id: platform.random.uuid(), ts: platform.clock.wallMs(), sh })
    await Promise.all([ended, logouts.tell(sh, scope, token)])
    return { ok: true, value: null }
  }
}
