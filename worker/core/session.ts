import * as v from 'valibot'
import type { SessionView } from '../wire/port.ts'
import { Org, Property, User } from '../wire/session.ts'
import type { Platform } from './platform.ts'

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
  /** A new token for this session. Passed over when the session has ended: a late answer brings nobody back. */
  grant(session: Session, token: Token): void
  /** The token is not taken any more; the next request asks for another. */
  dropToken(session: Session, value: string): void
  expire(session: Session, code: string): void
  /** Logout: every use of the session ends before this returns; the record goes after. */
  end(session: Session, reason: string): Promise<void>
  /** Another runtime of this profile ended it: over here too, even if its record is being read at this moment. */
  endedElsewhere(sh: string): Promise<void>
  /** Another runtime of this profile signed in or out: take over what the store says. */
  reread(): Promise<void>
}

interface HeldSession extends Session {
  over: AbortController
  held: { value: string; until: number; totalMs: number } | null
  expiry: string | null
}

export function createSessions(deps: {
  platform: Pick<Platform, 'clock' | 'store' | 'log'>
  /** A session began, ended, expired or was granted a token; `reason` is a stable word. */
  onChange: (reason: string) => void
}): Sessions {
  const { platform, onChange } = deps
  let current: HeldSession | null | undefined
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
      token: () =>
        session.held && session.held.until > platform.clock.monotonicMs() ? session.held.value : null,
      tokenLife: () =>
        session.held
          ? {
              leftMs: Math.max(0, session.held.until - platform.clock.monotonicMs()),
              totalMs: session.held.totalMs,
            }
          : { leftMs: 0, totalMs: 0 },
      expiredBy: () => session.expiry,
    }
    return session
  }

  function replace(next: HeldSession | null, reason: string): void {
    const last = current
    current = next
    last?.over.abort()
    onChange(reason)
  }

  function take(session: HeldSession, { value, expiresIn }: Token): void {
    const totalMs = expiresIn * 1000
    session.held = { value, totalMs, until: platform.clock.monotonicMs() + totalMs }
  }

  async function readRecord(): Promise<SessionView | null> {
    const record = v.safeParse(SessionRecord, await platform.store.get(SESSION_KEY).catch(() => null))
    return record.success && !ended.has(record.output.sh) ? record.output : null
  }

  async function reread(): Promise<void> {
    const before = current
    const view = await readRecord()
    // While the store was read somebody signed in or out here: what was read is older than that.
    if (current !== before) return
    if (current !== undefined && (current?.view.sh ?? null) === (view?.sh ?? null)) return
    replace(view && open(view), view ? 'restored' : 'signed-out')
  }

  async function endHere(sh: string, reason: string): Promise<void> {
    ended.add(sh)
    if (current?.view.sh === sh) replace(null, reason)
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
      replace(session, 'signed-in')
    },
    grant(session, token) {
      if (!isCurrent(session)) return
      take(session, token)
      session.expiry = null
      onChange('granted')
    },
    dropToken(session, value) {
      if (isCurrent(session) && session.held?.value === value) session.held = null
    },
    expire(session, code) {
      if (!isCurrent(session) || session.expiry !== null) return
      session.held = null
      session.expiry = code
      onChange(code)
    },
    async end(session, reason) {
      if (isCurrent(session)) await endHere(session.view.sh, reason)
    },
    endedElsewhere: (sh) => endHere(sh, 'signed-out'),
    reread,
  }
}
