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

/**
 * A page tells of it without any runtime, and may be quicker than the runtime that was asked: that one has written nothing
 * yet, and a leader that let go now would be followed by one that finds nobody signed out (measured, one logout in four).
 */
export async function hearPage(
  { sessions, logouts }: { sessions: Sessions; logouts: Pick<Logouts, 'writeDown'> },
  sh: string,
): Promise<void> {
  if (sessions.current()?.view.sh === sh) await logouts.writeDown(sh, 'this')
  await sessions.endedElsewhere(sh)
}

export interface SignOut {
  /** @param sh the session that is meant, when it may have ended here already */
  (scope: 'this' | 'all', sh?: string): Promise<Result<null>>
}

/**
 * Writes it down, ends the session here, then in every runtime of the profile, at the server last: the order in which a
 * person expects it, and in which no runtime goes on because another let go. Another runtime that hears of it ends the same
 * session without asking the server again.
 */
export function createSignOut(deps: {
  platform: Pick<Platform, 'clock' | 'channels' | 'random'>
  sessions: Sessions
  logouts: Pick<Logouts, 'writeDown' | 'tell'>
}): SignOut {
  const { platform, sessions, logouts } = deps
  const channel = hearSignOuts(platform, sessions)

  return async (scope, meant) => {
    await sessions.known
    const sh = meant ?? sessions.current()?.view.sh
    if (sh === undefined) return { ok: true, value: null }
    await logouts.writeDown(sh, scope)
    // Meanwhile it may have ended, and another may have begun.
    const session = sessions.current()
    const isHere = session?.view.sh === sh
    const token = isHere ? session.token() : null
    const ended = isHere ? sessions.end(session, 'signed-out') : sessions.endedElsewhere(sh)
    channel.post({ t: 'logout', id: platform.random.uuid(), ts: platform.clock.wallMs(), sh })
    await Promise.all([ended, logouts.tell(sh, scope, token)])
    return { ok: true, value: null }
  }
}
