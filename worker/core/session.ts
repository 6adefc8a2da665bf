import * as v from 'valibot'
import type { SessionView } from '../wire/port.ts'
import { Org, Property, User } from '../wire/session.ts'
import type { Platform } from './platform.ts'
import { nextSessionState, type SessionEvent, type SessionState } from './session-state.ts'

/** Where the record of who is signed in is kept. The token is not in it: it lives in memory and nowhere else. */
export const SESSION_KEY = 'session'
const SessionRecord = v.object({ sh: v.string(), user: User, org: Org, properties: v.array(Property) })

export interface Token {
  value: string
  /** Seconds of life when it was handed out. */
  expiresIn: number
}

/** One login, from its begin to its end on this device. */
export interface Session {
  readonly view: SessionView
  /** Aborts at logout, and when another session takes its place: everything done in its name ends with it. */
  readonly signal: AbortSignal
  /** Null when there is none or it has run out. */
  token(): string | null
  /** Milliseconds of life the token has left, and had at first; zeros without one. */
  tokenLife(): { leftMs: number; totalMs: number }
  /** The server's word that this session is over; a person has to sign in. */
  expiredBy(): string | null
}

export interface Sessions {
  /** Undefined until the store has been read. */
  current(): Session | null | undefined
  /** Resolves once it is known whether somebody is signed in. */
  known: Promise<void>
  /** A login: takes the place of whatever session there was. */
  begin(view: SessionView, token: Token): Promise<void>
  /**
   * A new token for this session. Passed over when the session has ended or expired, because a late answer brings nobody
   * back and a login is another session; and when it is the one that was refused.
   */
  grant(session: Session, token: Token): void
  /** The token is not taken any more; the next request asks for another. */
  dropToken(session: Session, value: string): void
  expire(session: Session, code: string): void
  /** What a refresh of this session comes to, for `state`. */
  refreshing(session: Session, event: 'refresh-began' | 'refused' | 'unreachable'): void
  /** Logout: every use of the session ends before this returns; the record goes after. */
  end(session: Session, reason: string): Promise<void>
  /** Another runtime of this profile ended it: over here too, even if its record is being read at this moment. */
  endedElsewhere(sh: string): Promise<void>
  /** Whether another runtime of this profile signed it out and this one has yet to hear of it; it ends here as well then. */
  isOver(session: Session): Promise<boolean>
  /** Another runtime of this profile signed in or out: take over what the store says. */
  reread(): Promise<void>
  /** What the logout of whoever was signed in last comes to. */
  loggedOut(event: 'told' | 'untold'): void
  state(): SessionState
  /** Rises whenever somebody else is signed in, or nobody: what was asked under an earlier one is void. */
  epoch(): number
}

interface HeldSession extends Session {
  over: AbortController
  held: { value: string; at: { monotonicMs: number; wallMs: number }; totalMs: number } | null
  expiry: string | null
  /** The token the server refused last: another runtime may still believe in it and hand it over. */
  refused: string | null
}

export function createSessions(deps: {
  platform: Pick<Platform, 'clock' | 'store' | 'log'>
  /** Whether this session was signed out on this device, by whatever runtime, and the server may not know. */
  isLoggedOut: (sh: string) => Promise<boolean>
  /** A session began, ended, expired or was granted a token; `reason` is a stable word. */
  onChange: (reason: string) => void
}): Sessions {
  const { platform, onChange } = deps
  const { clock } = platform
  let current: HeldSession | null | undefined
  let state: SessionState = 'booting'
  let epoch = 0
  /** Ended here: a record of theirs that is still in the store, or written late, brings nobody back. */
  const ended = new Set<string>()

  function open(view: SessionView): HeldSession {
    const over = new AbortController()
    const session: HeldSession = {
      view,
      over,
      signal: over.signal,
      held: null,
      expiry: null,
      refused: null,
      token: () => (session.held && session.tokenLife().leftMs > 0 ? session.held.value : null),
      tokenLife() {
        if (!session.held) return { leftMs: 0, totalMs: 0 }
        const { at, totalMs } = session.held
        // The one stands still while the machine sleeps, the other can be set back: the later of the two is right.
        const ageMs = Math.max(clock.monotonicMs() - at.monotonicMs, clock.wallMs() - at.wallMs)
        return { leftMs: Math.max(0, totalMs - ageMs), totalMs }
      },
      expiredBy: () => session.expiry,
    }
    return session
  }

  function move(event: SessionEvent): void {
    state = nextSessionState(state, event)
  }

  function replace(next: HeldSession | null, event: SessionEvent, reason: string): void {
    const last = current
    current = next
    epoch += 1
    move(event)
    last?.over.abort()
    onChange(reason)
  }

  function take(session: HeldSession, { value, expiresIn }: Token): void {
    const totalMs = expiresIn * 1000
    session.held = { value, totalMs, at: { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() } }
  }

  async function readRecord(): Promise<SessionView | null> {
    const record = v.safeParse(SessionRecord, await platform.store.get(SESSION_KEY).catch(() => null))
    if (!record.success) return null
    const isOver = await deps.isLoggedOut(record.output.sh)
    return isOver || ended.has(record.output.sh) ? null : record.output
  }

  async function reread(): Promise<void> {
    const before = current
    const view = await readRecord()
    // While the store was read somebody signed in or out here: what was read is older than that.
    if (current !== before) return
    if (current !== undefined && (current?.view.sh ?? null) === (view?.sh ?? null)) return
    replace(view && open(view), view ? 'restored' : 'nobody', view ? 'restored' : 'signed-out')
  }

  async function endHere(sh: string, event: SessionEvent, reason: string): Promise<void> {
    ended.add(sh)
    if (current?.view.sh === sh) replace(null, event, reason)
    await platform.store
      .update(SESSION_KEY, (kept) => (v.is(SessionRecord, kept) && kept.sh !== sh ? kept : null))
      // A full store takes no new value and still lets go of one.
      .catch(() => platform.store.delete(SESSION_KEY))
      .catch(() => platform.log('warn', 'The record of the ended session could not be removed.'))
  }

  /** Only the session itself may be changed in its name: by now another may hold. */
  const isCurrent = (session: Session): session is HeldSession => session === current

  return {
    current: () => current,
    known: reread(),
    async begin(view, token) {
      const session = open(view)
      take(session, token)
      await platform.store
        .set(SESSION_KEY, view)
        .catch(() => platform.log('warn', 'The session could not be kept; a reload will ask to sign in.'))
      replace(session, 'signed-in', 'signed-in')
    },
    grant(session, token) {
      if (!isCurrent(session) || session.expiry !== null || token.value === session.refused) return
      take(session, token)
      move('granted')
      onChange('granted')
    },
    dropToken(session, value) {
      if (!isCurrent(session) || session.held?.value !== value) return
      session.held = null
      session.refused = value
    },
    expire(session, code) {
      if (!isCurrent(session) || session.expiry !== null) return
      session.held = null
      session.expiry = code
      move('expired')
      onChange(code)
    },
    refreshing(session, event) {
      if (isCurrent(session)) move(event)
    },
    async end(session, reason) {
      if (isCurrent(session)) await endHere(session.view.sh, 'sign-out', reason)
    },
    endedElsewhere: (sh) => endHere(sh, 'nobody', 'signed-out'),
    async isOver({ view: { sh }, signal }) {
      if (!signal.aborted && (await deps.isLoggedOut(sh))) await endHere(sh, 'nobody', 'signed-out')
      return signal.aborted
    },
    reread,
    loggedOut: move,
    state: () => state,
    epoch: () => epoch,
  }
}

/** The token is renewed when this part of its life is over, so that nothing ever meets a 401. */
export const REFRESH_AT = 0.8

/** Whether the token should be renewed before it is used for something long. */
export function isDue(session: Pick<Session, 'tokenLife'>): boolean {
  const { leftMs, totalMs } = session.tokenLife()
  return leftMs <= totalMs * (1 - REFRESH_AT)
}
