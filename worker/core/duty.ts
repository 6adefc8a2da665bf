import type { Host, RuntimeStatus } from '../wire/port.ts'
import { onAbort } from './abort.ts'
import { createCandidacy, type Candidacy } from './candidacy.ts'
import type { Drain } from './drain.ts'
import type { Hub } from './hub.ts'
import type { Inbox } from './inbox.ts'
import type { Leadership } from './leadership.ts'
import type { LeadWatch } from './lead-watch.ts'
import { createPause } from './pause.ts'
import type { Platform } from './platform.ts'
import type { PollLoop } from './poll-loop.ts'
import type { Refresh } from './refresh.ts'
import type { Ring } from './ring.ts'
import { nextRole, shownRole, type Role, type RoleEvent } from './role.ts'
import type { Session, Sessions } from './session.ts'
import type { Status } from './status.ts'
import type { Count } from './telemetry.ts'

/** After being superseded or a fault: long enough for another to be seen at work, random so that two do not take turns. */
export const REST_MS = [2000, 5000] as const
/** After a handover, to whomever it was: long enough to be behind its successor in the queue of the lock. */
export const ASIDE_MS = [300, 600] as const

export interface Duty {
  /** Follows or leads this session until `signal` aborts. */
  serve(session: Session, signal: AbortSignal): Promise<void>
  /** The status of this runtime changed: a leader tells its followers. */
  statusChanged(status: RuntimeStatus): void
  /** A person asks to try again at once. */
  retry(): void
  /** The tabs told something new; a page of a newer deploy revives a retired runtime. */
  signalled(): void
  generation(): number
}

export interface DutyDeps {
  platform: Platform
  instanceId: string
  host: Host
  leadership: Leadership
  leadWatch: LeadWatch
  drain: Pick<Drain, 'serve'>
  loop: PollLoop
  refresh: Pick<Refresh, 'ensure'>
  sessions: Pick<Sessions, 'isOver'>
  inbox: Inbox
  ring: Ring
  hub: Hub
  status: Status
  count: Count
}

/** What a runtime does with its time: follow whoever leads, lead when nobody does, follow again when it is told to. */
export function createDuty(deps: DutyDeps): Duty {
  const { platform, hub, status } = deps
  const { clock, random } = platform
  const pause = createPause(clock)
  const between = ([min, max]: readonly [number, number]) => Math.round(min + random.fraction() * (max - min))
  let lastGeneration = 0
  let candidacy: Candidacy | null = null
  /** The deploy whose pages the server serves no more. */
  let retiredDeploy = -1
  /** A leader has let go in favour of this runtime: whoever rests now leaves the session without a poll. */
  let isCalled = false

  /** Nobody foresaw it (a lock manager that refuses, a port that cannot carry a frame): told, and tried again later. */
  function fault(error: unknown): 'fault' {
    platform.log('warn', 'The runtime fell out of its duty.', { error: String(error) })
    return 'fault'
  }

  async function rest(ending: RoleEvent | 'aside', role: Role, signal: AbortSignal): Promise<void> {
    if (role === 'retired') {
      status.say('degraded', 'build_retired')
      while (!signal.aborted && hub.signals().deploy <= retiredDeploy) await pause.wait(Infinity, signal)
      return
    }
    const isBrief = ending === 'aside' || ending === 'drained'
    const restMs = between(isBrief ? ASIDE_MS : REST_MS)
    if (ending === 'superseded' || ending === 'fault') status.say('degraded', ending, restMs)
    isCalled = false
    const until = clock.monotonicMs() + restMs
    while (!signal.aborted && !isCalled && clock.monotonicMs() < until)
      await pause.wait(until - clock.monotonicMs(), signal)
  }

  return {
    generation: () => candidacy?.generation() ?? lastGeneration,
    statusChanged: (next) => candidacy?.statusChanged(next),
    retry() {
      deps.loop.wake()
      candidacy?.retry()
    },
    signalled: () => pause.poke(),
    async serve(session, signal) {
      const standing: { role: Role } = { role: 'follower' }
      const become = (event: RoleEvent) => {
        standing.role = nextRole(standing.role, event)
        status.sayRole(shownRole(standing.role))
      }
      const called = () => {
        isCalled = true
        pause.poke()
      }
      const mine = createCandidacy(deps, session, { become, called })
      candidacy = mine
      // In the same turn: the next frame of the relay must not say that all is well.
      const unlink = onAbort(signal, () => mine.close())
      try {
        while (!signal.aborted) {
          const ending = await mine.once(signal).catch(fault)
          if (ending === 'over' || signal.aborted) return
          if (ending !== 'aside') become(ending)
          if (ending === 'build_retired') retiredDeploy = hub.signals().deploy
          mine.follow(standing.role === 'retired' ? 'build_retired' : undefined)
          await rest(ending, standing.role, signal)
          if (standing.role === 'retired') become('redeployed')
        }
      } finally {
        unlink()
        mine.close()
        lastGeneration = mine.generation()
        if (candidacy === mine) candidacy = null
        status.sayRole('follower')
      }
    },
  }
}
