import type { MemoryBroker } from './memory-broker.ts'
import type { RealtimeLimits } from './limits.ts'
import type { PollStats } from './poll-stats.ts'
import type { Waiters } from './waiters.ts'

export type RealtimeFigures = ReturnType<typeof readFigures>

/** What the realtime part of this process holds and has done since its start. */
export function readFigures(deps: {
  broker: Pick<MemoryBroker, 'stats'>
  waiters: Waiters
  stats: PollStats
  limits: RealtimeLimits
}) {
  const { waiters, stats, limits } = deps
  const { orgs, events, bytes, published, dropped } = deps.broker.stats()
  const polls = [...waiters.perSession().values()]
  const holding = (count: number) => polls.filter((held) => held === count).length
  return {
    buffers: { orgs, events, bytes },
    waiters: {
      total: waiters.total(),
      cap: limits.waitersPerOrgMax,
      sessions: polls.length,
      pollersPerSession: { '1': holding(1), '2': holding(2), '3+': polls.filter((held) => held > 2).length },
    },
    stalls: waiters.stalls(),
    published,
    delivered: stats.delivered,
    dropped,
    gaps: stats.gaps,
    polls: stats.polls,
    limits,
  }
}
