import type { EventEnvelope } from '../wire/event.ts'

/** As many as the server keeps of an organisation by default: who missed more has to fetch anyway. */
export const RING_EVENTS_MAX = 200

/** What was handed on last, so that a tab or a runtime that missed some of it can be told without asking the server. */
export interface Ring {
  /** Everything in `(after, cursor]`. What does not join on to the last stretch makes the ring begin anew. */
  push(after: string | null, cursor: string, events: readonly EventEnvelope[]): void
  /** All that came after `cursor` and where it ends; null when that is older than what is kept, or was never heard of. */
  since(cursor: string | null): { events: EventEnvelope[]; cursor: string } | null
  /** Nothing before `cursor` is kept; null: nor is it known where this runtime stands. */
  reset(cursor: string | null): void
  /** Up to where everything was handed on. */
  tip(): string | null
}

interface Stretch {
  after: string | null
  events: readonly EventEnvelope[]
}

export function createRing(): Ring {
  let stretches: Stretch[] = []
  let held = 0
  let tip: string | null = null

  function reset(cursor: string | null): void {
    stretches = []
    held = 0
    tip = cursor
  }

  return {
    reset,
    tip: () => tip,
    push(after, cursor, events) {
      if (after !== tip) reset(after)
      if (after === cursor) return
      tip = cursor
      stretches.push({ after, events })
      held += events.length
      while (held > RING_EVENTS_MAX || stretches.length > RING_EVENTS_MAX)
        held -= stretches.shift()?.events.length ?? 0
    },
    since(cursor) {
      if (cursor === null || tip === null) return null
      if (cursor === tip) return { events: [], cursor: tip }
      const first = stretches.findIndex((stretch) => stretch.after === cursor)
      if (first === -1) return null
      return { events: stretches.slice(first).flatMap((stretch) => [...stretch.events]), cursor: tip }
    },
  }
}
