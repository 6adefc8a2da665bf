import type { Hono } from 'hono'
import type { Clock, Log, Random } from '../deps.ts'
import type { CallLimits } from '../http/call-limits.ts'
import type { PollMeter } from '../ops/poll-meter.ts'
import type { Authenticate } from '../session/caller.ts'
import { createDeadlines } from './deadlines.ts'
import { createDrain, type Drain } from './drain.ts'
import { readFigures, type RealtimeFigures } from './figures.ts'
import type { RealtimeLimits } from './limits.ts'
import type { MemoryBroker } from './memory-broker.ts'
import { createPolls } from './poll.ts'
import { createPollLog } from './poll-log.ts'
import { createPollStats } from './poll-stats.ts'
import { createSessionFence } from './session-fence.ts'
import { createStreams } from './streams.ts'
import { createSubscribe } from './subscribe.ts'
import { createWaiters, type Waiters } from './waiters.ts'

export interface Realtime {
  /** The long polls and the retired endpoint. Mounted first and bare: no middleware stands before them. */
  routes: Hono
  figures: () => RealtimeFigures
  /** Answers the session's held poll with `session_revoked` now. */
  endSession: (sid: string) => void
  /** From now on no poll is held: this server is leaving. Resolves when all have gone. */
  drain: Drain['begin']
  draining: () => boolean
  /** Polls held now. */
  held: () => number
  /** The same of one organisation, and by how many login sessions. */
  heldBy: Waiters['of']
  /** How often events were found by a look because no wake came; 0 as long as the broker's watch can be trusted. */
  stalls: () => number
  /** Ends timers and watches. */
  close(): void
}

/** Composes the realtime part of one process around a broker that others may share. */
export function createRealtime(deps: {
  broker: MemoryBroker
  authenticate: Authenticate
  clock: Clock
  random: Pick<Random, 'id' | 'fraction'>
  log: Log
  limits: RealtimeLimits
  allowedOrigins: readonly string[]
  legacyAllowed: boolean
  retireDeploysBefore: number
  callLimits: Pick<CallLimits, 'takePoll'>
  meter: PollMeter
}): Realtime {
  const stats = createPollStats({ countsOf: (orgId) => deps.broker.knownOrg(orgId)?.counts ?? null })
  const waiters = createWaiters(deps)
  const fence = createSessionFence(deps)
  const deadlines = createDeadlines(deps)
  const drain = createDrain({ ...deps, waiters, fence, deadlines })
  const poll = createPolls({ ...deps, waiters, fence, deadlines, mayHoldMs: drain.mayHoldMs })
  const routes = createSubscribe({ ...deps, poll, stats, pollLog: createPollLog(deps.log), drain })
  routes.route('/', createStreams({ ...deps, poll, stats, drain }))

  return {
    routes: routes as unknown as Hono,
    figures: () => readFigures({ ...deps, waiters, stats: stats.read() }),
    endSession: fence.endSession,
    drain: drain.begin,
    draining: drain.isDraining,
    held: waiters.total,
    heldBy: waiters.of,
    stalls: waiters.stalls,
    close() {
      deadlines.close()
      waiters.close()
    },
  }
}
