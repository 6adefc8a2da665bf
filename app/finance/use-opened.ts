import { useState } from 'react'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import type { ViewRow } from '../realtime/overlay-writes.ts'

type View = ViewRow<TransactionRow>

export interface Opened {
  view: View
  /** No list has it any more: it was decided or deleted, here or elsewhere. What is known of it is as it last was. */
  isGone: boolean
}

interface Standing {
  view: View | null
  filter: unknown
}

/**
 * The entry whose detail is open. It stays when it leaves the lists: were the panel to close under the reader, the key
 * they are about to press would speak of another entry. Only another filter, which is the reader's own doing, closes it.
 * `filter` is told from another by identity.
 */
export function useOpened(
  id: string | null,
  filter: unknown,
  lists: readonly (readonly View[] | null)[],
): Opened | null {
  const [last, setLast] = useState<Standing>({ view: null, filter })
  const found = id === null ? null : findIn(lists, id)
  const kept = last.filter === filter && last.view?.row.id === id ? last.view : null
  const view = found ?? kept
  if (view !== last.view || filter !== last.filter) setLast({ view, filter })
  return view && { view, isGone: found === null }
}

function findIn(lists: readonly (readonly View[] | null)[], id: string): View | null {
  for (const views of lists) {
    const view = views?.find((candidate) => candidate.row.id === id)
    if (view) return view
  }
  return null
}
