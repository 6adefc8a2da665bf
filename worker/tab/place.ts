import type { Clock } from '../core/platform.ts'

/** What a page has to fetch its snapshots again; until then it must not claim that it has them. */
export const FETCH_WITHIN_MS = 15_000

/** Where this tab stands in the feed, so that a runtime it comes back to can send what it missed instead of everything. */
export interface Place {
  moveTo(cursor: string | null): void
  /** Told to fetch again: what lies before `cursor` is on its way. */
  fetchingUpTo(cursor: string | null, afterMs: number): void
  /** Null: fetch again. A page that left in the middle of fetching never got it. */
  resumeFrom(): string | null
}

export function createPlace(clock: Clock): Place {
  let at: string | null = null
  let fetchedBy = -Infinity

  return {
    moveTo(cursor) {
      at = cursor
    },
    fetchingUpTo(cursor, afterMs) {
      at = cursor
      fetchedBy = clock.monotonicMs() + afterMs + FETCH_WITHIN_MS
    },
    resumeFrom: () => (clock.monotonicMs() < fetchedBy ? null : at),
  }
}
