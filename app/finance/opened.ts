import type { TransactionRow } from '../../worker/wire/finance.ts'
import type { ViewRow } from '../realtime/overlay-writes.ts'

type View = ViewRow<TransactionRow>

export interface Opened {
  view: View
  /** No list has it any more: it was decided or deleted, here or elsewhere. What is known of it is as it last was. */
  isGone: boolean
}

/** The entry last open, and the filter (told from another by identity) it was open under. */
export interface LastOpened {
  view: View | null
  filter: unknown
}

/**
 * The entry whose detail is open. It stays when it leaves the lists: were the panel to close under the reader, the key
 * they are about to press would speak of another entry. Only another filter, which is the reader's own doing, closes it.
 */
export function openedOf(
  id: string | null,
  lists: readonly (readonly View[] | null)[],
  last: LastOpened,
  filter: unknown,
): Opened | null {
  if (id === null) return null
  for (const views of lists) {
    const view = views?.find((candidate) => candidate.row.id === id)
    if (view) return { view, isGone: false }
  }
  return last.filter === filter && last.view?.row.id === id ? { view: last.view, isGone: true } : null
}
