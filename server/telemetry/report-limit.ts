import { LRUCache } from 'lru-cache'
import type { Clock } from '../deps.ts'

/** A runtime hands in once in ten seconds at most; where each tab hosts its own, a dozen of them may. */
export const REPORTS_MAX = 60
export const REPORT_WINDOW_MS = 60_000
const SESSIONS_MAX = 20_000

/** Counts a report of a session; null when it may pass, else the seconds to wait. */
export function createReportLimit({
  clock,
}: {
  clock: Pick<Clock, 'monotonicMs'>
}): (sid: string) => number | null {
  const windows = new LRUCache<string, { count: number; since: number }>({ max: SESSIONS_MAX })
  return (sid) => {
    const now = clock.monotonicMs()
    const known = windows.get(sid)
    const window = known && now - known.since < REPORT_WINDOW_MS ? known : { count: 0, since: now }
    if (window.count >= REPORTS_MAX)
      return Math.max(1, Math.ceil((window.since + REPORT_WINDOW_MS - now) / 1000))
    windows.set(sid, { ...window, count: window.count + 1 })
    return null
  }
}
