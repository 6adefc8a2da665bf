import type { Drain } from './drain.ts'
import type { Duty } from './duty.ts'
import type { Hub, TabSignals } from './hub.ts'
import type { Inbox } from './inbox.ts'
import type { Logouts } from './logouts.ts'
import type { PollLoop } from './poll-loop.ts'
import type { Ring } from './ring.ts'
import type { Session, Sessions } from './session.ts'
import type { Status } from './status.ts'

export interface Shift {
  /** A tab came or went, became visible or hidden, went on- or offline. */
  signalled(signals: TabSignals, woke: boolean): void
  sessionChanged(reason: string): void
  stop(): Promise<void>
}

/**
 * When a runtime is on duty: while somebody is signed in and at least one tab is there to be told. A SharedWorker can
 * outlive its last tab by minutes (measured: 300 s with `extendedLifetime`); polling for nobody would keep a session alive
 * that its user believes closed.
 */
export function createShift(deps: {
  sessions: Sessions
  logouts: Pick<Logouts, 'flush'>
  duty: Duty
  drain: Pick<Drain, 'hurry'>
  loop: Pick<PollLoop, 'wake' | 'look'>
  inbox: Pick<Inbox, 'reset'>
  ring: Pick<Ring, 'reset'>
  hub: Hub
  status: Status
}): Shift {
  const { sessions, logouts, duty, drain, loop, inbox, ring, hub, status } = deps
  let onDuty: { session: Session; controller: AbortController; done: Promise<void> } | null = null
  let last: TabSignals = hub.signals()
  let shown: Session | null | undefined
  let stopped = false

  function endDuty(): void {
    onDuty?.controller.abort()
    onDuty = null
  }

  function arrange(): void {
    const session = sessions.current()
    const wanted = !stopped && session && session.expiredBy() === null && last.tabs > 0 ? session : null
    if (onDuty && onDuty.session === wanted) return
    endDuty()
    if (wanted) begin(wanted)
    else if (session && session.expiredBy() === null) status.say('connecting', 'no_tabs')
  }

  function begin(session: Session): void {
    const { phase, reason } = status.read()
    if (phase !== 'connecting' || reason === 'no_tabs') status.say('connecting', 'starting')
    const controller = new AbortController()
    onDuty = { session, controller, done: duty.serve(session, controller.signal) }
  }

  return {
    signalled(signals, woke) {
      const before = last
      last = signals
      const isBack = woke || (signals.online && !before.online)
      const isSeen = before.hidden && !signals.hidden && before.tabs > 0
      arrange()
      duty.signalled()
      if (isBack) loop.wake()
      else if (isSeen) loop.look()
      if (isBack || isSeen) {
        void logouts.flush()
        drain.hurry()
      }
      // A tab that finds nobody signed in may come from a login in another runtime of this profile.
      if (signals.tabs > before.tabs && sessions.current() === null) void sessions.reread()
    },
    sessionChanged(reason) {
      const session = sessions.current()
      // Before the session itself: no tab shows the trouble of the last one in the name of the next.
      if (!session) status.say('signed-out', reason)
      else if (session.expiredBy() !== null) status.say('expired', reason)
      else if (onDuty?.session !== session) status.say('connecting', reason)
      if (session !== shown) {
        shown = session
        inbox.reset()
        ring.reset(null)
        hub.broadcast({ t: 'session', session: session?.view ?? null })
      }
      arrange()
    },
    async stop() {
      stopped = true
      const { done } = onDuty ?? {}
      endDuty()
      await done
    },
  }
}
