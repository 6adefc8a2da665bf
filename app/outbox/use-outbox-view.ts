import { useMemo, useState } from 'react'
import type { LocalWrite } from '../realtime/local-writes.ts'

/** What is open on the page: one line at a time, one question, one form. */
export interface OutboxView {
  toggle: (key: string) => void
  ask: (key: string) => void
  edit: (write: LocalWrite) => void
  closeForm: () => void
  /** Everything. */
  close: () => void
  /** What was opened last. */
  back: () => void
}

interface Open {
  line: string | null
  asked: string | null
  edited: LocalWrite | null
}

const NOTHING: Open = { line: null, asked: null, edited: null }

export function useOutboxView(): Open & { view: OutboxView } {
  const [open, setOpen] = useState(NOTHING)
  const view = useMemo(
    (): OutboxView => ({
      toggle: (key) => setOpen((now) => ({ ...NOTHING, line: now.line === key ? null : key })),
      ask: (key) => setOpen((now) => ({ ...now, asked: key })),
      edit: (write) => setOpen((now) => ({ ...now, edited: write })),
      closeForm: () => setOpen((now) => ({ ...now, edited: null })),
      close: () => setOpen(NOTHING),
      back: () => setOpen((now) => (now.asked === null ? NOTHING : { ...now, asked: null })),
    }),
    [],
  )
  return { ...open, view }
}
