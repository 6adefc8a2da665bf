import * as v from 'valibot'
import { isExpiryCode } from '../wire/problem.ts'
import { CHANNEL, RefreshRelay } from '../wire/relay.ts'
import { onAbort } from './abort.ts'
import type { Platform } from './platform.ts'
import { isDue, type Session, type Sessions } from './session.ts'

/** What another tab's runtime has to hand its token over; one of them answers within the first half of it. */
export const WANTED_MS = 50

/** What the runtimes of a profile tell each other about tokens. */
export interface TokenShare {
  say(sh: string, message: { t: 'refresh-started' } | { t: 'refresh-failed'; code: string }): void
  /** Tells that this session has a token: after a login the others take it over. */
  announce(sh: string): void
  /** Tells the others that the server has ended this session, unless one of them told us. */
  expired(sh: string, code: string): void
  /** Asks the others for the token they have. Resolves when one came, or none did in time. */
  borrow(session: Session): Promise<void>
}

export function createTokenShare(deps: {
  platform: Pick<Platform, 'clock' | 'random' | 'channels'>
  sessions: Sessions
  instanceId: string
  /** Where each tab hosts its own runtime the token goes to the others in `refresh-success`, and nowhere else. */
  sharesToken: boolean
}): TokenShare {
  const { sessions, instanceId, sharesToken } = deps
  const { clock, random, channels } = deps.platform
  let cancelLending = () => {}
  let heard = () => {}
  let toldExpired: string | null = null

  const channel = channels.open(CHANNEL.refresh, (data) => {
    const message = v.safeParse(RefreshRelay, data)
    if (!message.success || message.output.from === instanceId) return
    if (message.output.t === 'refresh-wanted') lend(message.output.sh)
    else if (message.output.t === 'refresh-success') takeOver(message.output)
    else if (message.output.t === 'refresh-failed') expireToo(message.output)
  })

  function expireToo({ sh, code }: Extract<RefreshRelay, { t: 'refresh-failed' }>): void {
    const session = sessions.current()
    if (session?.view.sh !== sh || !isExpiryCode(code)) return
    toldExpired = sh
    sessions.expire(session, code)
  }

  function takeOver({
    sh,
    token,
    expiresIn,
    at = clock.wallMs(),
  }: Extract<RefreshRelay, { t: 'refresh-success' }>): void {
    const session = sessions.current()
    // Another runtime of this profile signed in: the record in the store says who.
    if (session?.view.sh !== sh) return void sessions.reread()
    if (token === undefined || expiresIn === undefined) return
    cancelLending()
    const waitedS = Math.max(0, clock.wallMs() - at) / 1000
    if (waitedS < expiresIn) sessions.grant(session, { value: token, expiresIn: expiresIn - waitedS })
    heard()
  }

  function announce(sh: string): void {
    const session = sessions.current()
    const token = sharesToken && session?.view.sh === sh ? session.token() : null
    const granted =
      token === null
        ? {}
        : { token, expiresIn: (session?.tokenLife().leftMs ?? 0) / 1000, at: clock.wallMs() }
    channel.post({ v: 1, sh, from: instanceId, t: 'refresh-success', ...granted })
  }

  /** After a moment at random: of all who have a token, one hands it over. */
  function lend(sh: string): void {
    const session = sessions.current()
    if (!sharesToken || session?.view.sh !== sh || session.token() === null || isDue(session)) return
    cancelLending()
    cancelLending = clock.after(Math.round((random.fraction() * WANTED_MS) / 2), () => announce(sh))
  }

  return {
    announce,
    say: (sh, message) => channel.post({ v: 1, sh, from: instanceId, ...message }),
    expired(sh, code) {
      if (toldExpired === sh) return
      toldExpired = sh
      channel.post({ v: 1, sh, from: instanceId, t: 'refresh-failed', code })
    },
    borrow(session) {
      if (!sharesToken) return Promise.resolve()
      return new Promise((resolve) => {
        const end = () => {
          cancel()
          unlink()
          heard = () => {}
          resolve()
        }
        const cancel = clock.after(WANTED_MS, end)
        const unlink = onAbort(session.signal, end)
        heard = () => session.token() !== null && end()
        channel.post({ v: 1, sh: session.view.sh, from: instanceId, t: 'refresh-wanted' })
      })
    },
  }
}
