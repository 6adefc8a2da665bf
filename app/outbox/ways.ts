import type { LocalWrite } from '../realtime/local-writes.ts'
import type { WriteKind } from '../realtime/write-kind.ts'

/** What a person can do about a write. */
export interface Ways {
  /** Another try, now. */
  retry: boolean
  edit: boolean
  discard: boolean
  /** In a conflict: the same change on the row as it is now. */
  keepMine: boolean
  /** The row is gone: its content can become a row of its own. */
  enterAsNew: boolean
}

/** The row at the server, where the refusal told it. */
export const toldRow = (write: Pick<LocalWrite, 'error'>): unknown => write.error?.problem?.current ?? null

export function waysOf(write: LocalWrite, kind: WriteKind): Ways {
  const { state } = write
  const mayStill = kind.mayChange(toldRow(write))
  const isConflict = state === 'conflict'
  return {
    retry: state === 'waiting' || state === 'rejected' || state === 'parked',
    // What was parked may have been applied: with another content it would be another write.
    edit: kind.hasForm(write) && (state === 'waiting' || state === 'rejected' || (isConflict && mayStill)),
    discard: state !== 'sending',
    keepMine: isConflict && mayStill && write.verb !== 'create',
    enterAsNew: isConflict && !mayStill && kind.asNew(write) !== null,
  }
}
