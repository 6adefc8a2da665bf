import { useEffect, useState } from 'react'
import { useShortcut } from '../ui/shortcuts.tsx'
import type { Opened } from './opened.ts'
import { step } from './step.ts'
import type { TransactionActions } from './use-transaction-actions.ts'
import type { DecisionList } from './use-decision-list.ts'

/** Whether a row itself has the focus: then Enter opens it; on a button inside it, Enter presses the button. */
function useRowFocus(): boolean {
  const [isRow, setIsRow] = useState(false)
  useEffect(() => {
    const look = () => setIsRow(document.activeElement?.matches('[role=row][data-id]') ?? false)
    document.addEventListener('focusin', look)
    document.addEventListener('focusout', look)
    return () => {
      document.removeEventListener('focusin', look)
      document.removeEventListener('focusout', look)
    }
  }, [])
  return isRow
}

/** Out of the entry form, so that keys are keys again; what is typed stays. A row keeps its focus. */
function leaveField(target: EventTarget | null): void {
  if (target instanceof HTMLElement && target.closest('form')) target.blur()
}

/** Everything a hand on the keyboard can do here. `list` is the one last worked in. */
export function useFinanceKeys(page: {
  list: () => DecisionList | null
  actions: TransactionActions
  mayDecide: boolean
  /** The entry whose detail is open; keys speak of it while it is. */
  opened: Opened | null
  onOpen: (id: string) => void
  onClose: () => void
  onEnter: () => void
  onToggleTable: () => void
}): void {
  const { list, actions, mayDecide, opened } = page
  const rowFocus = useRowFocus()

  function decide(verb: 'approve' | 'reject'): void {
    const current = list()
    if (opened?.isGone) return
    current?.focusCursor()
    actions.decide(verb, opened ? [opened.view] : (current?.targets() ?? []))
  }

  function walk(by: number): void {
    const current = list()
    const id = current && step(current, opened, by)
    if (id) page.onOpen(id)
  }

  function openCursor(): void {
    const id = list()?.cursor
    if (id) page.onOpen(id)
  }

  function back(event: KeyboardEvent): void {
    if (opened) page.onClose()
    else if (!list()?.clearSelected()) leaveField(event.target)
  }

  useShortcut('n', 'New entry', page.onEnter)
  useShortcut('j', 'Next entry', () => walk(1))
  useShortcut('k', 'Previous entry', () => walk(-1))
  useShortcut('Enter', 'Open the entry', openCursor, rowFocus)
  // The cursor goes on to the next row after each decision: a key that is held must not decide on all of them.
  useShortcut('a', 'Approve', (event) => event.repeat || decide('approve'), mayDecide)
  useShortcut('r', 'Reject', (event) => event.repeat || decide('reject'), mayDecide)
  useShortcut('x', 'Select', () => list()?.toggle())
  useShortcut('t', 'Last days as a table', page.onToggleTable)
  useShortcut('Escape', 'Back', back)
}
