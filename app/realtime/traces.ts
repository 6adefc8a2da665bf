import type { EventEnvelope } from '../../worker/wire/event.ts'

/** Rows whose last change can be traced; the one that changed longest ago goes first. */
export const TRACES_MAX = 500

/** How a change came here: by these two it is found in the server's log, and there the tab it was made in. */
export interface Trace {
  requestId: string
  eventId: string
}

export interface Traces {
  note(events: readonly EventEnvelope[]): void
  /** Of the last change this page has heard of; null for a row that only came with a snapshot. The same object until then. */
  of(rowId: string): Trace | null
}

export function createTraces(): Traces {
  const traces = new Map<string, Trace>()
  return {
    note(events) {
      for (const { seq, eventId, requestId, data } of events) {
        const id = (data as { id?: unknown } | null)?.id
        // The reply of an own write passes here as an event too, without a place in the feed; its own event follows.
        if (seq === 0 || requestId === undefined || typeof id !== 'string') continue
        traces.delete(id)
        traces.set(id, { requestId, eventId })
        const [oldest] = traces.keys()
        if (traces.size > TRACES_MAX && oldest !== undefined) traces.delete(oldest)
      }
    },
    of: (rowId) => traces.get(rowId) ?? null,
  }
}
