import type { EventEnvelope } from '../wire/event.ts'
import { RING_EVENTS_MAX } from './ring.ts'

/** At least twice what the server keeps of an organisation: a repeat can be no older than that. */
export const SEEN_EVENTS_MAX = 1000

/** Where this runtime stands in the feed, and which events it has handed on. */
export interface Inbox {
  cursor(): string | null
  /** Events not seen before, in order. They count as seen from here on. */
  admit(events: readonly EventEnvelope[]): EventEnvelope[]
  /** "I have all up to here": called only after what lies before it was handed on. */
  advance(cursor: string): void
  /** The ids handed on last, newest last. */
  seen(): string[]
  /** What another runtime has handed on: it is not to come again. */
  remember(eventIds: readonly string[]): void
  /** The cursor is void: from now on it is as after a start. What was seen stays seen. */
  reset(): void
  counts(): { received: number; duplicates: number }
}

/** Delivery is at least once; this makes it once. */
export function createInbox(): Inbox {
  const seen = new Set<string>()
  let cursor: string | null = null
  let received = 0
  let duplicates = 0

  function remember(eventId: string): void {
    seen.add(eventId)
    if (seen.size <= SEEN_EVENTS_MAX) return
    const [oldest] = seen
    if (oldest !== undefined) seen.delete(oldest)
  }

  function isNew({ eventId }: EventEnvelope): boolean {
    received += 1
    if (seen.has(eventId)) {
      duplicates += 1
      return false
    }
    remember(eventId)
    return true
  }

  return {
    cursor: () => cursor,
    admit: (events) => events.filter(isNew),
    advance(next) {
      cursor = next
    },
    seen: () => [...seen].slice(-RING_EVENTS_MAX),
    remember: (eventIds) => eventIds.forEach(remember),
    reset() {
      cursor = null
    },
    counts: () => ({ received, duplicates }),
  }
}
