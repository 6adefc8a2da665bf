import { GAP_REASONS, OUTCOMES, type GapReason, type Outcome } from '../../worker/wire/subscribe.ts'
import type { OrgCounts } from './org-counts.ts'
import type { Saying } from './poll-answer.ts'

/** Counters since the start of this process. */
export interface PollStats {
  polls: Record<Outcome, number>
  gaps: Record<GapReason, number>
  /** Events written, each once for every poll it went to. */
  delivered: number
}

/** @param deps.countsOf where an organisation's share is counted; null where nothing is known of it any more */
export function createPollStats(deps: { countsOf(orgId: string): OrgCounts | null }): {
  count(orgId: string, saying: Saying): void
  read(): PollStats
} {
  const stats: PollStats = { polls: zeros(OUTCOMES), gaps: zeros(GAP_REASONS), delivered: 0 }
  return {
    count(orgId, { outcome, eventCount, gap }) {
      stats.polls[outcome] += 1
      stats.delivered += eventCount
      if (gap) stats.gaps[gap] += 1
      const counts = deps.countsOf(orgId)
      if (!counts) return
      counts.polls += 1
      counts.delivered += eventCount
      if (gap) counts.gaps += 1
    },
    read: () => structuredClone(stats),
  }
}

function zeros<K extends string>(keys: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>
}
