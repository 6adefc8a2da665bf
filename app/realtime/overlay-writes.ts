import type { Row, RowKind } from './apply-events.ts'
import type { LocalWrite } from './local-writes.ts'
import { needsPerson } from './needs-person.ts'

/** A row as the page shows it: the server's row, or what local writes will make of it. */
export interface ViewRow<R extends Row> {
  row: R
  /** The one a person should hear of: the first that needs them, else the last made. */
  write: LocalWrite<R> | null
}

/**
 * Lays local writes over the rows of the server. Pure. A row stands where it will stand once its writes are settled: a new
 * one in its place, a changed one where the change puts it, or nowhere when the list's filter no longer has it. A row
 * that is being removed stays, marked, until the server agrees. Of several writes to one row, each was made on what the one
 * before it leaves: the last says how the row will be.
 *
 * The server's own row shows, with the write beside it, when a write needs a person or was made on an older rev than the
 * row has now; a write on its way whose event has arrived and whose reply has not is passed over.
 */
export function overlayWrites<R extends Row, K>(
  rows: readonly R[],
  writes: readonly LocalWrite<R>[],
  kind: Pick<RowKind<R, K>, 'key' | 'compare'>,
  matches: (row: R) => boolean,
): ViewRow<R>[] {
  const lanes = new Map<string, LocalWrite<R>[]>()
  for (const write of writes) {
    const lane = lanes.get(write.row.id)
    if (lane) lane.push(write)
    else lanes.set(write.row.id, [write])
  }
  const moved: ViewRow<R>[] = []
  const view: ViewRow<R>[] = []
  for (const row of rows) {
    const lane = (lanes.get(row.id) ?? []).filter((write) => !isPast(write, row))
    lanes.delete(row.id)
    const last = lane.at(-1)
    const write = lane.find(needsPerson) ?? last ?? null
    if (!last || !write) view.push({ row, write: null })
    else if (needsPerson(write) || row.rev > (last.baseRev ?? 0)) view.push({ row, write })
    else if (matches(last.row)) moved.push({ row: { ...last.row, rev: row.rev }, write })
  }
  for (const lane of lanes.values()) {
    const last = lane.at(-1)
    const isNew = lane.some(({ baseRev }) => baseRev === null)
    if (last && isNew && matches(last.row))
      moved.push({ row: last.row, write: lane.find(needsPerson) ?? last })
  }
  for (const entry of moved) insert(view, entry, kind)
  return view
}

function isPast(write: LocalWrite, row: Row): boolean {
  return write.baseRev === null || (row.rev > write.baseRev && write.state === 'sending')
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
