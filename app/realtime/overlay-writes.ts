import type { Row, RowKind } from './apply-events.ts'
import type { LocalWrite } from './local-writes.ts'

/** A row as the page shows it: the server's row, or what a local write will make of it. */
export interface ViewRow<R extends Row> {
  row: R
  write: LocalWrite<R> | null
}

/**
 * Lays local writes over the rows of the server. Pure. A row stands where it will stand once its write is settled: a new
 * one in its place, a changed one where the change puts it, or nowhere when the list's filter no longer has it. A row
 * that is being removed stays, marked, until the server agrees.
 *
 * The server's own row shows, with the write beside it, when the write needs a person (conflict, rejected) or was made on
 * an older rev than the row has now; a write on its way whose event has arrived and whose reply has not is passed over.
 */
export function overlayWrites<R extends Row, K>(
  rows: readonly R[],
  writes: readonly LocalWrite<R>[],
  kind: Pick<RowKind<R, K>, 'key' | 'compare'>,
  matches: (row: R) => boolean,
): ViewRow<R>[] {
  const byId = new Map(writes.map((write) => [write.row.id, write]))
  const moved: ViewRow<R>[] = []
  const view: ViewRow<R>[] = []
  for (const row of rows) {
    const write = byId.get(row.id)
    byId.delete(row.id)
    if (!write || isPast(write, row)) view.push({ row, write: null })
    else if (!shows(write, row)) view.push({ row, write })
    else if (matches(write.row)) moved.push({ row: { ...write.row, rev: row.rev }, write })
  }
  for (const write of byId.values()) {
    if (write.baseRev === null && matches(write.row)) moved.push({ row: write.row, write })
  }
  for (const entry of moved) insert(view, entry, kind)
  return view
}

function isPast(write: LocalWrite, row: Row): boolean {
  return write.baseRev === null || (row.rev > write.baseRev && write.state === 'sending')
}

function shows(write: LocalWrite, row: Row): boolean {
  return write.state !== 'conflict' && write.state !== 'rejected' && row.rev <= (write.baseRev ?? 0)
}

function insert<R extends Row, K>(
  view: ViewRow<R>[],
  entry: ViewRow<R>,
  kind: Pick<RowKind<R, K>, 'key' | 'compare'>,
): void {
  const key = kind.key(entry.row)
  const at = view.findIndex((other) => kind.compare(kind.key(other.row), key) > 0)
  view.splice(at < 0 ? view.length : at, 0, entry)
}
