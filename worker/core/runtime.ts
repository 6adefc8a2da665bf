import { isExpiryCode } from '../wire/problem.ts'
import type { Host, Inspection, RuntimeCalls, RuntimeFrame } from '../wire/port.ts'
import { createDuty } from './duty.ts'
import { createHub, type TabConnection } from './hub.ts'
import { createInbox } from './inbox.ts'
import { createLeadership } from './leadership.ts'
import { createLogouts } from './logouts.ts'
import { createLeadWatch } from './lead-watch.ts'
import { createPause } from './pause.ts'
import type { Platform } from './platform.ts'
import { createPollLoop } from './poll-loop.ts'
import { createRefresh } from './refresh.ts'
import { createRequests } from './request.ts'
import { createRing } from './ring.ts'
import { createSessions } from './session.ts'
import { createShift } from './shift.ts'
import { createSignIn } from './sign-in.ts'
import { createSignOut } from './sign-out.ts'
import { createStatus } from './status.ts'

export type { TabConnection } from './hub.ts'

export interface CoreRuntime {
  readonly instanceId: string
  /** A tab has connected. `send` must never throw; frames go out in order. The host has said hello already. */
  connect(send: (frame: RuntimeFrame) => void): TabConnection
  readonly calls: RuntimeCalls
  /** Ends every poll, timer and lock; for tests and for a host that goes away. */
  stop(): Promise<void>
}

/** One runtime, of which exactly one a login session leads. Composes its parts and holds no rule of its own. */
export function createRuntime(options: {
  platform: Platform
  build: string
  host: Host
  instanceId: string
}): CoreRuntime {
  const { platform, build, host, instanceId } = options
  const { clock } = platform
  const status = createStatus({
    clock,
    host,
    onChange(next) {
      hub.broadcast({ t: 'status', status: next })
      duty.statusChanged(next)
    },
  })
  const logouts = createLogouts({ platform, onOutcome: (outcome) => sessions.loggedOut(outcome) })
  const sessions = createSessions({
    platform,
    isLoggedOut: logouts.isPending,
    onChange(reason) {
      const session = sessions.current()
      if (session && isExpiryCode(reason)) refresh.expired(session.view.sh, reason)
      shift.sessionChanged(reason)
    },
  })
  const ring = createRing()
  const hub = createHub({
    ring,
    ready: sessions.known,
    greet: () => ({ status: status.read(), session: sessions.current()?.view ?? null }),
    onLoggedOut: (sh) => void sessions.endedElsewhere(sh),
    onSignals: (signals, woke) => shift.signalled(signals, woke),
  })
  const refresh = createRefresh({ platform, sessions, logouts, instanceId, sharesToken: host === 'tab' })
  const inbox = createInbox()
  const pause = createPause(clock)
  const isHidden = () => hub.signals().hidden
  const deploy = () => hub.signals().deploy
  const loop = createPollLoop({ platform, sessions, refresh, inbox, status, pause, isHidden, deploy })
  const leadership = createLeadership(platform)
  const leadWatch = createLeadWatch(platform)
  const duty = createDuty({
    platform,
    instanceId,
    host,
    leadership,
    leadWatch,
    refresh,
    loop,
    inbox,
    ring,
    hub,
    status,
  })
  const shift = createShift({ sessions, logouts, duty, loop, inbox, ring, hub, status })
  const requests = createRequests({ platform, sessions, refresh })

  void sessions.known.then(logouts.flush)

  function inspect(): Inspection {
    const { gaps, ...polling } = loop.inspect()
    return {
      instanceId,
      build,
      host,
      role: status.read().role,
      generation: duty.generation(),
      tabs: hub.inspect(),
      cursor: inbox.cursor(),
      ...polling,
      events: { ...inbox.counts(), gaps },
      refreshes: refresh.count(),
      session: { state: sessions.state(), epoch: sessions.epoch() },
    }
  }

  return {
    instanceId,
    connect: (send) => hub.connect(send),
    calls: {
      login: createSignIn({ platform, sessions, refresh, logouts }),
      logout: createSignOut({ platform, sessions, logouts }),
      request: (request) => requests.send(request),
      retryNow() {
        loop.wake()
        return Promise.resolve({ ok: true, value: null })
      },
      inspect: () => Promise.resolve({ ok: true, value: inspect() }),
    },
    stop: () => shift.stop(),
  }
}
