import { EVENT_BYTES_MAX, ORG_BYTES_MAX, type RealtimeLimits } from '../../server/realtime/limits.ts'
import type { EventEnvelope, NewEvent } from '../../worker/wire/event.ts'

/**
 * What a feed should hold, told without a buffer: every event ever accepted, and for each whether it may have been
 * dropped by now. Slow and plain on purpose; it shares nothing with the code it judges but the limits.
 */
export function createFeedModel(limits: RealtimeLimits) {
  const accepted = new Map<string, { event: EventEnvelope; at: number; bytes: number }[]>()
  const of = (orgId: string) => accepted.get(orgId) ?? []

  return {
    /** Seqs in the order of acceptance; false when the id stands within the ids that are still known. */
    accept(orgId: string, event: NewEvent, now: number): boolean {
      const log = of(orgId)
      if (log.some((entry) => entry.event.eventId === event.eventId)) return false
      const envelope = { ...event, seq: log.length + 1 }
      accepted.set(orgId, [
        ...log,
        { event: envelope, at: now, bytes: Buffer.byteLength(JSON.stringify(envelope)) },
      ])
      return true
    },
    last: (orgId: string) => of(orgId).length,
    between: (orgId: string, after: number, upTo: number) =>
      of(orgId)
        .map((entry) => entry.event)
        .filter((event) => event.seq > after && event.seq <= upTo),
    /** Whether anything behind `after` may be gone: by count, by age, by bytes, by its own size, or by a larger one later. */
    mayHaveLost(orgId: string, after: number, now: number): boolean {
      const log = of(orgId)
      return log.slice(after).some(({ event, at }) => {
        const later = log.slice(event.seq - 1)
        const bytes = later.reduce((sum, entry) => sum + entry.bytes, 0)
        return (
          later.length > limits.bufferEventsMax ||
          now - at >= limits.eventTtlMs ||
          bytes > ORG_BYTES_MAX ||
          later.some((entry) => entry.bytes > EVENT_BYTES_MAX)
        )
      })
    },
  }
}
