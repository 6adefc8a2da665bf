import { LRUCache } from 'lru-cache'
import { TELEMETRY_NAMES, type TelemetryName, type TelemetrySummary } from '../../worker/wire/telemetry.ts'
import type { Clock } from '../deps.ts'

const MINUTE_MS = 60_000
/** How far the summary looks back. */
export const MINUTES_KEPT = 60
/** Organisations counted at once, the least heard of goes first: an hour of one is about 10 KiB at most. */
export const ORGS_MAX = 2000

export interface ReportCounts {
  add(orgId: string, name: TelemetryName): void
  /** Of this organisation and of no other. */
  of(orgId: string): TelemetrySummary
}

/** Minute of the epoch → how many of each name. The server's minutes: a client's clock may say anything. */
type Minutes = Map<number, Map<TelemetryName, number>>

export function createReportCounts({ clock }: { clock: Pick<Clock, 'now'> }): ReportCounts {
  const orgs = new LRUCache<string, Minutes>({ max: ORGS_MAX })
  const minuteNow = () => Math.floor(clock.now() / MINUTE_MS)

  function drop(minutes: Minutes): void {
    const oldest = minuteNow() - MINUTES_KEPT
    for (const minute of minutes.keys()) if (minute <= oldest) minutes.delete(minute)
  }

  return {
    add(orgId, name) {
      const minutes = orgs.get(orgId) ?? new Map<number, Map<TelemetryName, number>>()
      orgs.set(orgId, minutes)
      drop(minutes)
      const counts = minutes.get(minuteNow()) ?? new Map<TelemetryName, number>()
      minutes.set(minuteNow(), counts)
      counts.set(name, (counts.get(name) ?? 0) + 1)
    },
    of(orgId) {
      const minutes = orgs.get(orgId) ?? new Map<number, Map<TelemetryName, number>>()
      drop(minutes)
      const listed = [...minutes].toSorted(([a], [b]) => a - b)
      const sum = (name: TelemetryName) =>
        listed.reduce((total, [, counts]) => total + (counts.get(name) ?? 0), 0)
      return {
        minutes: listed.map(([minute, counts]) => ({
          at: minute * MINUTE_MS,
          counts: Object.fromEntries(counts),
        })),
        totals: Object.fromEntries(TELEMETRY_NAMES.map((name) => [name, sum(name)])),
      }
    },
  }
}
