import { useCallback, useEffect, useMemo, useState, type RefObject } from 'react'
import type { TransactionFilter } from '../../worker/wire/finance.ts'
import { useSignedIn } from '../realtime/runtime-provider.tsx'
import { createDraftStore } from './draft-store.ts'
import { useFinance } from './finance-context.tsx'
import { moneyText } from './money-text.ts'
import { emptyDraft, nextDraft, type TransactionDraft } from './transaction-draft.ts'
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
  const [said, setSaid] = useState('')
  const [entered, setEntered] = useState(0)

  const change = useCallback(
    (next: TransactionDraft) => {
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
        onSubmit={(fields) => {
          const row = actions.create(fields)
          change(nextDraft(draft))
          setEntered((count) => count + 1)
          const where = matchesFilter(row, filter) ? '' : ' Your filters hide it.'
          setSaid(`${moneyText(row.amountMinor, row.currency)} entered: ${row.description}.${where}`)
          amountRef.current?.focus()
          onEntered?.()
        }}
      />
      {/* Said for those who do not see the row appear; seen only when the row does not. */}
      <p
        key={entered}
        role="status"
        className={styles.said}
        data-hidden={!said.endsWith('hide it.') || undefined}
      >
        {said}
      </p>
    </div>
  )
}
