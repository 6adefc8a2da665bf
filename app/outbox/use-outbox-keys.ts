import { useEffect, useState } from 'react'
import { useShortcut } from '../ui/shortcuts.tsx'
import type { OutboxActions } from './outbox-context.tsx'
import type { OutboxEntry } from './outbox-groups.ts'
import type { OutboxCursor } from './use-outbox-cursor.ts'

/** Whether a line itself has the focus: then Enter opens it; on a button inside it, Enter presses the button. */
function useLineFocus(): boolean {
  const [isLine, setIsLine] = useState(false)
  useEffect(() => {
    const look = () => setIsLine(document.activeElement?.matches('[data-testid=outbox-item]') ?? false)
    document.addEventListener('focusin', look)
    document.addEventListener('focusout', look)
    return () => {
      document.removeEventListener('focusin', look)
      document.removeEventListener('focusout', look)
    }
  }, [])
  return isLine
}

/** Everything a hand on the keyboard can do here. */
export function useOutboxKeys(page: {
  cursor: OutboxCursor
  entry: () => OutboxEntry | null
  actions: OutboxActions
}): void {
  const { cursor, actions } = page
  const isLine = useLineFocus()
  const withEntry = (act: (entry: OutboxEntry) => void) => (event: KeyboardEvent) => {
    const entry = page.entry()
    if (entry && !event.repeat) act(entry)
  }
  useShortcut('j', 'Next change', () => cursor.move(1))
  useShortcut('k', 'Previous change', () => cursor.move(-1))
  useShortcut('Enter', 'Show all about it', withEntry(actions.toggle), isLine)
  useShortcut('r', 'Send now', withEntry(actions.retry))
  useShortcut('e', 'Edit', withEntry(actions.edit))
  useShortcut('Delete', 'Discard', withEntry(actions.askDiscard))
  useShortcut('Escape', 'Back', actions.back)
}
