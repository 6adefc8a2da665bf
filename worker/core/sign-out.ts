import * as v from 'valibot'
import type { Result } from '../wire/port.ts'
import { CHANNEL, LogoutSignal } from '../wire/relay.ts'
import type { Logouts } from './logouts.ts'
import type { Channel, Platform } from './platform.ts'
import type { Sessions } from './session.ts'

/** A session that ends in another context of the profile ends here as well. */
export function hearSignOuts(
  { channels }: Pick<Platform, 'channels'>,
  sessions: Pick<Sessions, 'endedElsewhere'>,
): Channel {
  return channels.open(CHANNEL.control, (data) => {
    const signal = v.safeParse(LogoutSignal, data)
    if (signal.success) void sessions.endedElsewhere(signal.output.sh)
  })
}

export interface SignOut {
  /** @param sh the session that is meant, when it may have ended here already */
  (scope: 'this' | 'all', sh?: string): Promise<Result<null>>
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
  const channel = hearSignOuts(platform, sessions)

  return async (scope, meant) => {
    await sessions.known
    const session = sessions.current()
    const sh = meant ?? session?.view.sh
    if (sh === undefined) return { ok: true, value: null }
    const isHere = session?.view.sh === sh
    const token = isHere ? session.token() : null
    const ended = isHere ? sessions.end(session, 'signed-out') : sessions.endedElsewhere(sh)
    channel.post({ t: 'logout', id: platform.random.uuid(), ts: platform.clock.wallMs(), sh })
    await Promise.all([ended, logouts.tell(sh, scope, token)])
    return { ok: true, value: null }
  }
}
