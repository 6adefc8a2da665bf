import { useEffect, useRef, useState } from 'react'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import type { ViewRow } from '../realtime/overlay-writes.ts'
import { writeState } from '../realtime/needs-person.ts'
import { Button } from '../ui/button.tsx'
import { Figure } from './amount-figure.tsx'
import { longDay, momentText } from './day-text.ts'
import { signedMinor } from './day-groups.ts'
import { DecideButtons } from './decide-buttons.tsx'
import { whyNotEdit } from './decision-rules.ts'
import styles from './detail-panel.module.css'
import { useFinance } from './finance-context.tsx'
import { StatusMark } from './status-mark.tsx'
import { TraceLine } from './trace-line.tsx'
import { draftOf } from './transaction-draft.ts'
import { TransactionForm } from './transaction-form.tsx'
import { WaysOut } from './ways-out.tsx'

interface DetailPanelProps {
  view: ViewRow<TransactionRow>
  /** It has left the lists: `view` is as it last was. */
  isGone: boolean
  onClose: () => void
  /** Has a frame of its own (a dialog) with a title and a way out. */
  framed?: boolean
}

/** One entry with everything that is known of it and can be done to it. */
export function DetailPanel({ view, isGone, onClose, framed = false }: DetailPanelProps) {
  const { row, write } = view
  const { names, mayDecide, today } = useFinance()
  const [isEditing, setIsEditing] = useState(false)
  const whyNot = whyNotEdit(view)
  const state = writeState(write)
  const section = useRef<HTMLElement>(null)
  /** What was pressed goes away with what it did: the focus stays in the panel. */
  const keepFocus = () => section.current?.focus()
  function endEdit(): void {
    setIsEditing(false)
    keepFocus()
  }

  return (
    <section ref={section} className={styles.detail} aria-label="Entry" tabIndex={-1}>
      {!framed && (
        <header className={styles.head}>
          <h2 className={styles.title}>Entry</h2>
          <Button kind="quiet" size="small" icon="cross" aria-label="Close" onClick={onClose} />
        </header>
      )}
      {isEditing && !isGone ? (
        <EditForm view={view} onDone={endEdit} />
      ) : (
        <>
          <p className={styles.amount}>
            <Figure minor={signedMinor(row)} currency={row.currency} />
          </p>
          <p className={styles.description} dir="auto">
            {row.description}
          </p>
          <dl className={styles.facts}>
            <dt>State</dt>
            <dd>
              {isGone ? 'No longer waiting: decided or deleted' : <StatusMark row={row} write={write} />}
            </dd>
            <dt>Property</dt>
            <dd dir="auto">{names.property(row.propertyId)}</dd>
            <dt>Date</dt>
            <dd>
              <time dateTime={row.occurredOn}>{longDay(row.occurredOn, today)}</time>
            </dd>
            <dt>Type</dt>
            <dd>{row.type === 'revenue' ? 'Revenue' : 'Expense'}</dd>
            <dt>Entered by</dt>
            <dd dir="auto">{names.person(row.createdBy)}</dd>
            <dt>Entered</dt>
            <dd>{momentText(row.createdAt)}</dd>
            {row.updatedAt !== row.createdAt && (
              <>
                <dt>{row.status === 'pending' ? 'Changed' : 'Decided'}</dt>
                <dd>{momentText(row.updatedAt)}</dd>
              </>
            )}
          </dl>
          {!isGone &&
            (state === 'conflict' || state === 'rejected' ? (
              <WaysOut view={view} onEdit={() => setIsEditing(true)} />
            ) : (
              <div className={styles.actions}>
                {mayDecide && row.status === 'pending' && !write && (
                  <DecideButtons view={view} onDecided={keepFocus} />
                )}
                {whyNot === null && <Button onClick={() => setIsEditing(true)}>Edit</Button>}
                {whyNot === null && <DeleteButton view={view} onDone={onClose} />}
              </div>
            ))}
          {whyNot !== null && !isGone && <p className={styles.why}>{whyNot}</p>}
          <TraceLine rowId={row.id} />
        </>
      )}
    </section>
  )
}

function EditForm({ view, onDone }: { view: ViewRow<TransactionRow>; onDone: () => void }) {
  const { actions } = useFinance()
  const [filled] = useState(() => draftOf(view.write?.row ?? view.row))
  const [draft, setDraft] = useState(filled)
  const amount = useRef<HTMLInputElement>(null)
  useEffect(() => {
    amount.current?.focus()
  }, [])
  return (
    <TransactionForm
      draft={draft}
      onDraft={setDraft}
      currency={view.row.currency}
      layout="column"
      submitLabel="Save changes"
      testId="edit-form"
      isUnsaved={draft !== filled}
      amountRef={amount}
      onCancel={onDone}
      onSubmit={async (fields) => {
        const saved = await actions.edit(view, fields)
        if (saved?.is !== 'lost') onDone()
        return saved
      }}
    />
  )
}

/** Asked once more in place: a dialog for one row would be more than the matter is worth. */
function DeleteButton({ view, onDone }: { view: ViewRow<TransactionRow>; onDone: () => void }) {
  const { actions } = useFinance()
  const [isAsked, setIsAsked] = useState(false)
  if (!isAsked)
    return (
      <Button kind="quiet" onClick={() => setIsAsked(true)}>
        Delete
      </Button>
    )
  return (
    <span className={styles.sure}>
      Delete this entry?
      <Button
        size="small"
        onClick={() => {
          actions.remove(view)
          onDone()
        }}
      >
        Delete
      </Button>
      <Button size="small" kind="quiet" onClick={() => setIsAsked(false)}>
        Keep
      </Button>
    </span>
  )
}
