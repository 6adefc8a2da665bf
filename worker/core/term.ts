import type { Host, RuntimeStatus } from '../wire/port.ts'
import type { TopicRelay } from '../wire/relay.ts'
import { onAbort } from './abort.ts'
import { startBeat } from './beat.ts'
import type { Drain } from './drain.ts'
import type { Hub } from './hub.ts'
import type { Inbox } from './inbox.ts'
import type { Term } from './leadership.ts'
import type { Platform } from './platform.ts'
import type { Outlet, PollLoop } from './poll-loop.ts'
import type { Relay, RelayFrame } from './relay.ts'
import type { Ring } from './ring.ts'
import type { RoleEvent } from './role.ts'
import type { Session } from './session.ts'

/** Between telling of the handover and letting go: it is heard before the lock is free, and meanwhile the poll goes on. */
export const DRAIN_MS = 50
/** The tabs of a session that woke come back over this long, at random: a building of laptops is opened at nine. */
export const WAKE_JITTER_MS = 1000

/** What a poll that was aborted has to come to its end. */
const ABANDON_MS = 1000

export type TermEnding = 'over' | Extract<RoleEvent, 'superseded' | 'build_retired' | 'drained' | 'fault'>

/** What a runtime does while it leads. */
export interface LeadingTerm {
  receive(frame: TopicRelay): void
  statusChanged(status: RuntimeStatus): void
  /** How it ended, once nothing of it is under way any more. */
  done: Promise<TermEnding>
}

export interface TermDeps {
  platform: Pick<Platform, 'clock' | 'random' | 'log'>
  host: Host
  drain: Pick<Drain, 'serve'>
  loop: PollLoop
  inbox: Inbox
  ring: Ring
  hub: Pick<Hub, 'batch' | 'resync' | 'signals'>
  status: { read(): RuntimeStatus }
}

/**
 * Polls, empties the outbox, tells the tabs and the following runtimes what comes, says every few seconds that it works, repeats what one of
 * them missed, and hands over to a runtime that goes first. `onDraining`: that has been told.
 */
export function beginTerm(
  { platform, host, drain, loop, inbox, ring, hub, status }: TermDeps,
  {
    session,
    term,
    relay,
    onDraining,
  }: { session: Session; term: Term; relay: Relay; onDraining: () => void },
): LeadingTerm {
  const { clock, random } = platform
  const { generation } = term
  const work = new AbortController()
  const unlink = onAbort(term.signal, () => work.abort())
  let successor: string | null = null
  let stalled = false

  function beat(): void {
    const { phase, reason, retryAt } = status.read()
    const { hidden } = hub.signals()
    // How this runtime begins or ends is no concern of the others.
    if (phase === 'live' || phase === 'degraded' || phase === 'offline')
      relay.beat(generation, { hidden, phase, reason, retryAt })
    else relay.beat(generation, { hidden })
  }

  const stopBeat = startBeat({
    clock,
    isMoving: () => loop.isMoving(),
    onBeat: beat,
    onSlept: () => void clock.after(Math.round(random.fraction() * WAKE_JITTER_MS), () => loop.wake()),
    onStalled() {
      platform.log('warn', 'The poll stood still and was begun anew.')
      stalled = true
      work.abort()
    },
  })

  /** A newer deploy goes first, so that the rules of the session are the newest; then, where a page can be put to sleep
   * with all it hosts, one that somebody looks at. */
  function yieldsTo({ lead = false, deploy = 0 }: RelayFrame<'ask'>): boolean {
    const own = hub.signals()
    return lead && (deploy > own.deploy || (deploy === own.deploy && host === 'tab' && own.hidden))
  }

  function answer(frame: RelayFrame<'ask'>): void {
    const cursor = ring.tip()
    if (cursor === null) return
    const missed = frame.after === undefined ? null : ring.since(frame.after)
    const since = missed && frame.after !== undefined ? { after: frame.after, ...missed } : null
    relay.answer(frame.from, generation, since ?? { after: cursor, cursor, events: [] })
    beat()
  }

  const outlet: Outlet = {
    begin(cursor) {
      ring.reset(cursor)
      hub.resync('attach', 0, cursor)
    },
    batch(events, after, cursor) {
      ring.push(after, cursor, events)
      hub.batch(events, cursor)
      relay.batch(generation, after, cursor, events)
    },
    gap(cursor, gap) {
      ring.reset(cursor)
      hub.resync(gap.reason, gap.refetchAfterMs, cursor)
      relay.gap(generation, cursor, gap)
    },
  }

  /** What stands still may not hear that it is over: it is left behind, and its answer, if one comes, is void. */
  function abandoned(): Promise<'over'> {
    return new Promise((resolve) => {
      onAbort(work.signal, () => void clock.after(ABANDON_MS, () => resolve('over')))
    })
  }

  async function lead(): Promise<TermEnding> {
    try {
      void drain.serve(session, work.signal)
      const polling = loop.run(session, { generation, signal: work.signal }, outlet)
      const ending = await Promise.race([polling, abandoned()])
      if (successor === null || term.signal.aborted) return stalled ? 'fault' : ending
      return 'drained'
    } finally {
      stopBeat()
      unlink()
      work.abort()
    }
  }

  return {
    done: lead(),
    statusChanged: beat,
    receive(frame) {
      if (frame.t !== 'ask') return
      if (frame.wake) return loop.wake()
      if (successor === null && yieldsTo(frame)) {
        successor = frame.from
        onDraining()
        relay.handover(generation, successor, inbox.cursor(), inbox.seen())
        clock.after(DRAIN_MS, () => work.abort())
      } else answer(frame)
    },
  }
}
