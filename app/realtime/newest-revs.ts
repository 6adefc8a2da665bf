import type { EventEnvelope } from '../../worker/wire/event.ts'

/** Rows whose newest rev is remembered; the one longest untouched is forgotten first. */
export const NEWEST_REVS_MAX = 5000

export interface NewestRevs {
  /** The events that are not outdated, in order. Remembers each one it lets through. */
  admit(events: readonly EventEnvelope[]): EventEnvelope[]
}

/** A deletion stands after the rev it speaks of and before the next: a row that moved away may come back later. */
const DELETED = 0.5

/**
 * A list knows the rev of the rows it holds and of no others. The reply of an edit that comes after the event of a later
 * approval would put the row back into the list of pending rows, and a repeated creation would bring back a row that was
 * deleted. So the newest rev of every row that events spoke of is kept here, apart from all lists.
 */
export function createNewestRevs(): NewestRevs {
  const newest = new Map<string, number>()

  function isOutdated(event: EventEnvelope): boolean {
    const { data } = event
    if (!isRow(data)) return false
    const id = `${event.topic}:${data.id}`
    const known = newest.get(id) ?? 0
    const rev = data.rev + (event.type.endsWith('.deleted') ? DELETED : 0)
    if (rev < known) return true
    newest.delete(id)
    newest.set(id, rev)
    const oldest = newest.size > NEWEST_REVS_MAX ? newest.keys().next() : null
    if (oldest && !oldest.done) newest.delete(oldest.value)
    return false
  }

  return { admit: (events) => events.filter((event) => !isOutdated(event)) }
}

function isRow(data: unknown): data is { id: string; rev: number } {
  return (
    typeof data === 'object' &&
    data !== null &&
    typeof (data as { id?: unknown }).id === 'string' &&
    typeof (data as { rev?: unknown }).rev === 'number'
  )
}
