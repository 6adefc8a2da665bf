import * as v from 'valibot'
import { TelemetryRecord, type TelemetryAnswer } from '../../worker/wire/telemetry.ts'
import type { Log } from '../deps.ts'
import type { HashId } from './hash-ids.ts'
import type { Reporter } from './hand-in-pass.ts'
import { holdsPrivate } from './holds-private.ts'
import type { ReportCounts } from './report-counts.ts'

export interface Reports {
  /** Counts and logs what is a record; the rest is told by number alone: it may be what must not be kept. */
  take(reporter: Reporter, ua: string, records: readonly unknown[]): TelemetryAnswer
}

/** One log line a record. Who and where are hashes; `requestId` is the one of the `[Request]` line. */
export function createReports(deps: { counts: ReportCounts; hashId: HashId; log: Log }): Reports {
  const { counts, hashId, log } = deps

  return {
    take({ orgId, userId, sid }, ua, records) {
      const who = { org: hashId('org', orgId), user: hashId('user', userId), session: hashId('session', sid) }
      let accepted = 0
      for (const record of records) {
        const read = holdsPrivate(record) ? null : v.safeParse(TelemetryRecord, record)
        if (!read?.success) continue
        accepted += 1
        const { name, tabId, at, requestId = null, eventId = null, build, fields } = read.output
        counts.add(orgId, name)
        const tab = hashId('tab', tabId)
        log('info', '[Telemetry]', {
          name,
          ...who,
          tab,
          at,
          requestId,
          eventId,
          build,
          engine: engineOf(ua),
          fields,
        })
      }
      const rejected = records.length - accepted
      if (rejected > 0) log('warn', '[Telemetry][rejected]', { org: who.org, rejected })
      return { accepted, rejected }
    },
  }
}

/** Of a user agent no more than what a fault may depend on. */
function engineOf(ua: string): 'firefox' | 'chromium' | 'webkit' | 'other' {
  if (ua.includes('Firefox/')) return 'firefox'
  if (ua.includes('Chrome/')) return 'chromium'
  return ua.includes('AppleWebKit/') ? 'webkit' : 'other'
}
