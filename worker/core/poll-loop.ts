import type { EventEnvelope } from '../wire/event.ts'
import type { Inspection } from '../wire/port.ts'
import { isExpiryCode } from '../wire/problem.ts'
import type { Gap, SubscribeAnswer } from '../wire/subscribe.ts'
import { onAbort } from './abort.ts'
import type { Failure } from './answer.ts'
import { backoffMs } from './backoff.ts'
import type { Inbox } from './inbox.ts'
import type { Term } from './leadership.ts'
import { createLoopGuard } from './loop-guard.ts'
import { isFastEmpty, pauseMs } from './pacing.ts'
import type { Pause } from './pause.ts'
import type { Platform } from './platform.ts'
import { sendPoll, WATCHDOG_MS } from './poll.ts'
import { REFRESH_DEADLINE_MS, REFRESH_LOCK_WAIT_MS, type Refresh } from './refresh.ts'
import type { Session, Sessions } from './session.ts'
import type { Status } from './status.ts'
import type { Count } from './telemetry.ts'

/** The longest a token may take: a wait for the lock of the refreshes, a refresh without it, and as much again. */
const TOKEN_WITHIN_MS = 2 * (REFRESH_LOCK_WAIT_MS + REFRESH_DEADLINE_MS)
/** A step may be this late before the loop counts as standing still. */
const LATE_MS = 10_000

/** People go from tab to tab all the time: a poll that was sent within this long is left alone. */
export const YOUNG_MS = 5000

/** A person who asks is heard after this long, however much time the server wanted. */
export const ASKED_WAIT_MAX_MS = 60_000

/** Below this life a token is short by design and `refresh: "soon"` says nothing new. */
const LONG_TOKEN_MS = 120_000

/** Where what the poll brings goes: to the tabs of this runtime and to the runtimes that follow it. */
export interface Outlet {
  /** There was no cursor: the feed begins here, and everything before it is in the snapshots. */
  begin(cursor: string): void
  batch(events: EventEnvelope[], after: string | null, cursor: string): void
  gap(cursor: string, gap: Gap): void
}

export interface PollLoop {
  /** Polls until the term is over, or until the server says that another polls for this session. */
  run(session: Session, term: Term, outlet: Outlet): Promise<'over' | 'superseded' | 'build_retired'>
  /** Something changed that a held poll cannot know of (a sleep, a network that came back): ask once, without holding. */
  wake(): void
  /** Somebody looks again: a wake, unless the poll is so young that its connection cannot have died unnoticed. */
  look(): void
  /** False when the next step is overdue: something waits that nothing will ever answer. */
  isMoving(): boolean
  inspect(): Pick<Inspection, 'pollerId' | 'polls' | 'nextPollAt'> & { gaps: number }
}

/** The one long poll of a session. One request at a time; the cursor moves only after what lies before it was handed on. */
export function createPollLoop(deps: {
  platform: Pick<Platform, 'clock' | 'http' | 'random' | 'log'>
  sessions: Sessions
  refresh: Refresh
  inbox: Inbox
  status: Status
  pause: Pause
  isHidden: () => boolean
  deploy: () => number
  count: Count
}): PollLoop {
  const { platform, sessions, refresh, inbox, status, pause, count } = deps
  const { clock, random } = platform
  const seen: ReturnType<PollLoop['inspect']> = {
    pollerId: null,
    polls: { sent: 0, inFlight: false, lastOutcome: null, lastAt: null, lastHeldMs: null },
    nextPollAt: null,
    gaps: 0,
  }
  let interrupt: AbortController | null = null
  /** Monotonic ms by which the loop will have taken its next step. */
  let stepBy = Infinity
  let sentAt = -Infinity

  function stepWithin(ms: number): void {
    stepBy = clock.monotonicMs() + ms
  }

  async function tokenFor(session: Session): Promise<{ token: string } | Failure> {
    const trouble = await refresh.ensure(session)
    const token = session.token()
    if (token !== null) return { token }
    return trouble ?? { ok: false, code: 'auth_missing', status: 401, retryAfterMs: null, problem: null }
  }

  /** Null: it was interrupted on purpose. */
  async function pollOnce(
    session: Session,
    term: Term,
    atOnce: boolean,
  ): Promise<SubscribeAnswer | Failure | null> {
    stepWithin(TOKEN_WITHIN_MS)
    const granted = await unlessAborted(term.signal, tokenFor(session))
    if (granted === null || !('token' in granted)) return granted
    const poll = new AbortController()
    const unlink = onAbort(term.signal, () => poll.abort())
    interrupt = poll
    stepWithin(WATCHDOG_MS)
    seen.polls.sent += 1
    seen.polls.inFlight = true
    const result = await sendPoll(platform, {
      pollerId: seen.pollerId ?? '',
      token: granted.token,
      generation: term.generation,
      deploy: deps.deploy(),
      cursor: inbox.cursor(),
      atOnce,
      signal: poll.signal,
    })
    interrupt = null
    seen.polls.inFlight = false
    seen.polls.lastAt = clock.wallMs()
    unlink()
    if (poll.signal.aborted) return null
    if (result.ok) {
      if (result.value.auth.refresh === 'soon' && session.tokenLife().totalMs > LONG_TOKEN_MS) {
        sessions.dropToken(session, granted.token)
      }
      return result.value
    }
    if (isTokenWorn(result)) sessions.dropToken(session, granted.token)
    return result
  }

  function handOn(answer: SubscribeAnswer, outlet: Outlet): void {
    const after = inbox.cursor()
    const { cursor, gap } = answer
    if (gap) {
      seen.gaps += 1
      const last = inbox.seen().at(-1)
      const { reason, missedAtMost } = gap
      count('gap', { reason, missedAtMost }, last === undefined ? {} : { eventId: last })
      inbox.advance(cursor)
      outlet.gap(cursor, gap)
      return
    }
    if (after === null) outlet.begin(cursor)
    outlet.batch(inbox.admit(answer.events), after, cursor)
    inbox.advance(cursor)
  }

  function sayTrouble(trouble: Failure, retryInMs: number): void {
    const isOffline = trouble.code === 'network' || trouble.code === 'timeout'
    status.say(isOffline ? 'offline' : 'degraded', trouble.code, retryInMs)
  }

  function wake(): void {
    refresh.hurry()
    if (interrupt) interrupt.abort()
    else pause.poke()
  }

  return {
    async run(session, term, outlet) {
      const guard = createLoopGuard()
      seen.pollerId = random.id(16)
      let failures = 0
      // Whoever followed a leader that is live knows how things are.
      let atOnce = status.read().phase !== 'live'
      while (!term.signal.aborted) {
        sentAt = clock.monotonicMs()
        const answer = await pollOnce(session, term, atOnce)
        if (term.signal.aborted) break
        if (answer === null) {
          atOnce = true
          continue
        }
        let waitMs: number
        /** What nobody's coming back cuts short: all tabs of all people come back at once when a network does. */
        let serverWaitMs = 0
        if ('outcome' in answer) {
          failures = 0
          seen.polls.lastOutcome = answer.outcome
          seen.polls.lastHeldMs = answer.heldMs
          if (answer.outcome === 'superseded') return 'superseded'
          handOn(answer, outlet)
          status.say('live', 'answered')
          atOnce = false
          const now = clock.monotonicMs()
          const paced = {
            answer,
            elapsedMs: now - sentAt,
            hidden: deps.isHidden(),
            fraction: random.fraction(),
          }
          waitMs = Math.max(pauseMs(paced), guard(answer.cursor, now))
          if (isFastEmpty(paced))
            count('fast_empty', { elapsedMs: Math.round(paced.elapsedMs), backoffMs: waitMs, isLeader: true })
        } else {
          failures += 1
          seen.polls.lastOutcome = answer.code
          if (isExpiryCode(answer.code)) sessions.expire(session, answer.code)
          if (answer.code === 'signed_out' || session.expiredBy() !== null) break
          if (answer.code === 'build_retired') return 'build_retired'
          if (answer.code === 'bad_cursor') inbox.reset()
          atOnce = true
          // The first refusal of a token is answered with a new one, at once; a second means that this does not help.
          const isMended = isTokenWorn(answer) && failures === 1
          serverWaitMs = Math.min(isMended ? 0 : (answer.retryAfterMs ?? 0), ASKED_WAIT_MAX_MS)
          waitMs = isMended ? 0 : backoffMs(failures, random.fraction(), answer.retryAfterMs)
          if (!isMended) sayTrouble(answer, waitMs)
        }
        if (waitMs === 0) continue
        seen.nextPollAt = clock.wallMs() + waitMs
        stepWithin(waitMs)
        const until = clock.monotonicMs() + serverWaitMs
        const poked = await pause.wait(waitMs, term.signal)
        if (poked) atOnce = true
        while (!term.signal.aborted && clock.monotonicMs() < until)
          await pause.wait(until - clock.monotonicMs(), term.signal)
        seen.nextPollAt = null
      }
      return 'over'
    },
    wake,
    look() {
      if (!interrupt || clock.monotonicMs() - sentAt >= YOUNG_MS) wake()
    },
    isMoving: () => clock.monotonicMs() <= stepBy + LATE_MS,
    inspect: () => ({ ...seen, polls: { ...seen.polls } }),
  }
}

/** By the server's word, not by the status: a portal on the way says 401 as well. */
function isTokenWorn({ code }: Failure): boolean {
  return code === 'token_expired' || code === 'token_invalid'
}

/**
 * Null once `signal` aborts: a refresh goes on for whoever else needs it, but a term that is over must not hold the lock
 * of the leader until then.
 */
function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const unlink = onAbort(signal, () => resolve(null))
    promise.then(resolve, reject).finally(unlink)
  })
}
