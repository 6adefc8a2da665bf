import { isExpiryCode } from '../wire/problem.ts'
import type { Host, Inspection, RuntimeCalls, RuntimeFrame } from '../wire/port.ts'
import { createCountedHttp } from './counted-http.ts'
import { createDrain } from './drain.ts'
import { createDuty } from './duty.ts'
import { createHub, type TabConnection } from './hub.ts'
import { createInbox } from './inbox.ts'
import { createLeadership } from './leadership.ts'
import { createLogouts } from './logouts.ts'
import { createLeadWatch } from './lead-watch.ts'
import { createOutbox } from './outbox.ts'
import { createPause } from './pause.ts'
import type { Platform } from './platform.ts'
import { createPollLoop } from './poll-loop.ts'
import { createRefresh } from './refresh.ts'
import { createRequests } from './request.ts'
import { createRing } from './ring.ts'
import { createSessions } from './session.ts'
import { createShift } from './shift.ts'
import { createSignIn } from './sign-in.ts'
import { createSignOut, hearPage } from './sign-out.ts'
import { createStatus } from './status.ts'
import { createTelemetry, type Count } from './telemetry.ts'

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
  const { build, host, instanceId } = options
  const { clock } = options.platform
  const count: Count = (...counted) => telemetry.count(...counted)
  const platform = { ...options.platform, http: createCountedHttp(options.platform, count) }
  const status = createStatus({
    clock,
    host,
    onChange(next) {
      hub.broadcast({ t: 'status', status: next })
      if (next.phase === 'live') drain.hurry()
      duty.statusChanged(next)
    },
  })
  const logouts = createLogouts({ platform, onOutcome: (outcome) => sessions.loggedOut(outcome) })
  const sessions = createSessions({
    platform,
    isLoggedOut: logouts.isSignedOut,
    onChange(reason) {
      const session = sessions.current()
      if (session && isExpiryCode(reason)) refresh.expired(session.view.sh, reason)
      shift.sessionChanged(reason)
      telemetry.arrange()
    },
  })
  const telemetry = createTelemetry({
    // Not the counted one: a report that fails is no news of its own.
    platform: options.platform,
    sessions,
    build,
    sampleRate: () => hub.sampleRate(),
    tabs: () => hub.inspect(),
    leave: (records, pass) => hub.broadcast({ t: 'leftover', records, pass }),
  })
  const ring = createRing()
  const hub = createHub({
    ring,
    ready: sessions.known,
    greet: () => ({ status: status.read(), session: sessions.current()?.view ?? null }),
    onLoggedOut: (sh) => void hearPage({ sessions, logouts }, sh),
    onSignals(signals, woke) {
      shift.signalled(signals, woke)
      telemetry.arrange()
    },
    onHandedIn: (records) => telemetry.handedIn(records),
  })
  const refresh = createRefresh({
    platform,
    sessions,
    instanceId,
    sharesToken: host === 'tab',
    count,
  })
  const inbox = createInbox()
  const pause = createPause(clock)
  const isHidden = () => hub.signals().hidden
  const deploy = () => hub.signals().deploy
  const loop = createPollLoop({ platform, sessions, refresh, inbox, status, pause, isHidden, deploy, count })
  const requests = createRequests({ platform, sessions, refresh })
  const outbox = createOutbox({ ...platform, table: platform.outbox })
  const drain = createDrain({ platform, outbox, requests, instanceId, count })
  const leadership = createLeadership(platform)
  const leadWatch = createLeadWatch(platform)
  const duty = createDuty({
    platform,
    instanceId,
    host,
    leadership,
    leadWatch,
    sessions,
    refresh,
    drain,
    loop,
    inbox,
    ring,
    hub,
    status,
    count,
  })
  const shift = createShift({ sessions, logouts, duty, drain, loop, inbox, ring, hub, status })

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
        duty.retry()
        outbox.hurry()
        return Promise.resolve({ ok: true, value: null })
      },
      inspect: () => Promise.resolve({ ok: true, value: inspect() }),
    },
    stop: () => shift.stop(),
  }
}
