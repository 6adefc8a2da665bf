import type { EventEnvelope } from '../../worker/wire/event.ts'

/** How long the accent stands at the edge of a row that changed elsewhere. */
export const ACCENT_MS = 4000

export interface Arrival {
  id: string
  /** By the page's clock, ms. */
  at: number
  /** A row that was not there before fades in; one that changed only gets the accent. */
  isNew: boolean
}

export interface Arrivals {
  /** What of this batch was done elsewhere, newest last. */
  of(events: readonly EventEnvelope[], now: number): (Arrival & { type: string })[]
}

/**
 * Tells what was done elsewhere from the page's own writes. Reply and event of an own write both pass through here, and
 * the first of them does while the write is still among the page's own; the second must not count as news any more.
 */
export function createArrivals(isOwn: (mutationId: string) => boolean): Arrivals {
  const own = new Set<string>()
  return {
    of(events, now) {
      const found: (Arrival & { type: string })[] = []
      for (const event of events) {
        const { mutationId } = event
        if (mutationId && isOwn(mutationId)) own.add(mutationId)
        if (mutationId && own.has(mutationId)) continue
        const id = rowId(event)
        if (event.topic !== 'finance' || id === null || event.type === 'transaction.deleted') continue
        found.push({ id, at: now, isNew: event.type === 'transaction.created', type: event.type })
      }
      return found
    },
  }
}

function rowId(event: EventEnvelope): string | null {
  const { data } = event
  return typeof data === 'object' && data !== null && 'id' in data && typeof data.id === 'string'
    ? data.id
    : null
}
