import type { Row, RowKind } from './apply-events.ts'
import type { LocalWrite } from './local-writes.ts'

/** A row as the page shows it: the server's row, or what a local write will make of it. */
export interface ViewRow<R extends Row> {
  row: R
  write: LocalWrite<R> | null
}

/**
 * Lays local writes over the rows of the server. Pure. A new row stands where it will stand once it is settled; a changed
 * row shows the change; a row that is being removed stays, marked, until the server agrees. A write older than the row it
 * changed (its event has arrived, its reply has not) is passed over.
 */
export function overlayWrites<R extends Row, K>(
  rows: readonly R[],
  writes: readonly LocalWrite<R>[],
  kind: Pick<RowKind<R, K>, 'key' | 'compare'>,
  matches: (row: R) => boolean,
): ViewRow<R>[] {
  const byId = new Map(writes.map((write) => [write.row.id, write]))
  const view: ViewRow<R>[] = rows.map((row) => {
    const write = byId.get(row.id)
    byId.delete(row.id)
    if (!write || write.baseRev === null || (row.rev > write.baseRev && write.state === 'sending'))
      return { row, write: null }
    return { row: write.state === 'conflict' ? row : { ...write.row, rev: row.rev }, write }
  })
  for (const write of byId.values()) {
    if (write.baseRev !== null || !matches(write.row)) continue
    const key = kind.key(write.row)
    const at = view.findIndex((other) => kind.compare(kind.key(other.row), key) > 0)
    view.splice(at < 0 ? view.length : at, 0, { row: write.row, write })
  }
  return view
}
