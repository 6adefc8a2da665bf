import type { EventEnvelope } from '../../worker/wire/event.ts'

/** What every row that events patch has; `rev` rises by one at each change. */
export interface Row {
  id: string
  rev: number
}

/**
 * A window is what a paged list has fetched: pages newest first, each with its rows in order, `end` the sort key of the
 * last row *as fetched* (null on the page that reached the end of the list). `end` is kept apart from the rows because the
 * row it came from may be deleted: the window still covers the list down to there, and the next page begins there.
 */
export interface WindowPage<R extends Row, K> {
  rows: R[]
  end: K | null
}

/** How one kind of row is sorted, filtered and spoken of. */
export interface RowKind<R extends Row, K> {
  key(row: R): K
  /** Negative when `a` stands before `b` in the list. */
  compare(a: K, b: K): number
  /** Reads an event: the row after the change and whether it is gone; null when the event is of another kind. */
  read(event: EventEnvelope): { row: R; deleted: boolean } | null
}

/**
 * Patches a window with events. Pure; returns the same array when nothing changed, so that nothing renders.
 *
 * Law, for every event type: *old snapshot + events = fresh snapshot* down to the window's end. Events may repeat or be
 * older than the snapshot (delivery is at least once and a snapshot may be newer than the cursor): `rev` decides, and
 * equal or older changes nothing.
 */
export function applyEvents<R extends Row, K, P extends WindowPage<R, K>>(
  pages: readonly P[],
  events: readonly EventEnvelope[],
  kind: RowKind<R, K>,
  matches: (row: R) => boolean,
): readonly P[] {
  let result = pages
  for (const event of events) {
    const change = kind.read(event)
    if (change) result = applyChange(result, change.row, change.deleted, kind, matches)
  }
  return result
}

export function applyChange<R extends Row, K, P extends WindowPage<R, K>>(
  pages: readonly P[],
  row: R,
  deleted: boolean,
  kind: RowKind<R, K>,
  matches: (row: R) => boolean,
): readonly P[] {
  const known = pages.flatMap((page) => page.rows).find((other) => other.id === row.id)
  if (known && (deleted ? known.rev > row.rev : known.rev >= row.rev)) return pages
  const key = kind.key(row)
  const target = deleted || !matches(row) ? -1 : pages.findIndex((page) => covers(page, key, kind))
  if (!known && target < 0) return pages
  return pages.map((page, index) => {
    const had = page.rows.some((other) => other.id === row.id)
    if (!had && index !== target) return page
    const rows = had ? page.rows.filter((other) => other.id !== row.id) : [...page.rows]
    if (index === target) insert(rows, row, key, kind)
    return { ...page, rows }
  })
}

function covers<R extends Row, K>(page: WindowPage<R, K>, key: K, kind: RowKind<R, K>): boolean {
  return page.end === null || kind.compare(key, page.end) <= 0
}

function insert<R extends Row, K>(rows: R[], row: R, key: K, kind: RowKind<R, K>): void {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = rows[middle]
    if (other && kind.compare(kind.key(other), key) < 0) low = middle + 1
    else high = middle
  }
  rows.splice(low, 0, row)
}
