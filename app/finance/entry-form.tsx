import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from 'react'
import type { TransactionFilter } from '../../worker/wire/finance.ts'
import { useSignedIn, useStatus } from '../realtime/runtime-provider.tsx'
import { createDraftStore } from './draft-store.ts'
import { useFinance } from './finance-context.tsx'
import { enteredWords, type EnteredWords } from './entered-words.ts'
import { afterSaving, emptyDraft, type TransactionDraft } from './transaction-draft.ts'
import { TransactionForm } from './transaction-form.tsx'
import { matchesFilter } from './transaction-kind.ts'
import styles from './transaction-form.module.css'

interface EntryFormProps {
  layout: 'line' | 'column'
  currencyOf: (propertyId: string) => string
  filter: TransactionFilter
  amountRef: RefObject<HTMLInputElement | null>
  onEntered?: () => void
}

/** Entering one after the other: saving clears amount and description, keeps the rest, and stands at the amount again. */
export function EntryForm({ layout, currencyOf, filter, amountRef, onEntered }: EntryFormProps) {
  const session = useSignedIn()
  const { actions, today } = useFinance()
  const store = useMemo(() => createDraftStore(sessionStorage, session.user.id), [session.user.id])
  const home = filter.propertyId ?? session.properties[0]?.id ?? ''
  const [draft, setDraft] = useState(() => store.load() ?? emptyDraft(today, home))
  /** As typed by now; a closure holds what was typed when it was made. */
  const latest = useRef(draft)
  const { phase } = useStatus()
  const [said, setSaid] = useState<EnteredWords>({ text: '', isShown: false })
  const [entered, setEntered] = useState(0)

  const change = useCallback(
    (next: TransactionDraft) => {
      latest.current = next
      store.save(next)
      setDraft(next)
    },
    [store],
  )

  // A form that was asked for is ready to be typed into; the line of a wide page was not asked for.
  useEffect(() => {
    if (layout === 'column') amountRef.current?.focus()
  }, [layout, amountRef])

  return (
    <div className={styles.entry}>
      <TransactionForm
        draft={draft}
        onDraft={change}
        currency={currencyOf(draft.propertyId)}
        layout={layout}
        submitLabel="Add entry"
        amountRef={amountRef}
        onSubmit={async (fields) => {
          const submitted = draft
          // Already at the next one: what is typed before the disk has answered takes the place of what was there.
          amountRef.current?.focus()
          amountRef.current?.select()
          const { row, saved: saving } = actions.create(fields)
          const saved = await saving
          if (saved.is === 'lost') return saved
          change(afterSaving(submitted, latest.current))
          setEntered((count) => count + 1)
          setSaid(enteredWords(saved.is, row, phase === 'live', matchesFilter(row, filter)))
          onEntered?.()
          return saved
        }}
      />
      <p key={entered} role="status" className={styles.said} data-hidden={!said.isShown || undefined}>
        {said.text}
      </p>
    </div>
  )
}
