import { useId, useRef, useState, type FormEvent, type RefObject } from 'react'
import { DESCRIPTION_LENGTH_MAX, type CreateTransaction } from '../../worker/wire/finance.ts'
import { useSignedIn } from '../realtime/runtime-provider.tsx'
import type { Saved } from '../realtime/save-write.ts'
import { lostFromFormWords } from '../realtime/saved-words.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { useOneAtATime } from '../ui/use-one-at-a-time.ts'
import { groupMarkOf, parseAmount } from './amount.ts'
import { moneyText } from './money-text.ts'
import { readDraft, type DraftErrors, type DraftField, type TransactionDraft } from './transaction-draft.ts'
import styles from './transaction-form.module.css'

export interface TransactionFormProps {
  draft: TransactionDraft
  onDraft: (draft: TransactionDraft) => void
  currency: string
  layout: 'line' | 'column'
  submitLabel: string
  /** Null when there was nothing to save. Of what was lost the form says why, and keeps it. */
  onSubmit: (fields: Omit<CreateTransaction, 'id'>) => Promise<Saved | null>
  onCancel?: () => void
  testId?: string
  /** What is typed here is nowhere but on the page. */
  isUnsaved?: boolean
  amountRef?: RefObject<HTMLInputElement | null>
}

const ORDER: readonly DraftField[] = ['type', 'amount', 'description', 'propertyId', 'occurredOn']

/** The fields of an entry; one line where there is room. What is wrong is said at the field, once somebody submits. */
export function TransactionForm(props: TransactionFormProps) {
  const { draft, onDraft, currency, layout, onSubmit } = props
  const { properties } = useSignedIn()
  const [errors, setErrors] = useState<DraftErrors>({})
  const [lost, setLost] = useState<string | null>(null)
  const saving = useOneAtATime()
  const form = useRef<HTMLFormElement>(null)
  const id = useId()
  const rules = { currency, groupMark: groupMarkOf(undefined) }

  function set(field: DraftField, value: string): void {
    const next = { ...draft, [field]: value }
    // A minus says which way the money went; it is shown as what it means.
    if (field === 'amount' && /^[\s\u200e\u200f\u061c]*[-\u2212(]/.test(value)) next.type = 'expense'
    onDraft(next)
    if (errors[field]) setErrors((now) => ({ ...now, [field]: undefined }))
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    const read = readDraft(
      draft,
      rules,
      properties.map((property) => property.id),
    )
    if (read.ok) {
      setErrors({})
      saving.run(async () => {
        const saved = await onSubmit(read.fields)
        setLost(saved && lostFromFormWords(saved))
      })
      return
    }
    setErrors(read.errors)
    const first = ORDER.find((field) => read.errors[field])
    form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus()
  }

  const parsed = draft.amount.trim() === '' ? null : parseAmount(draft.amount, rules)
  const field = (name: DraftField, label: string) => ({ label, error: errors[name], id: `${id}-${name}` })
  return (
    <form
      ref={form}
      className={styles.form}
      data-layout={layout}
      data-testid={props.testId ?? 'transaction-form'}
      data-unsaved={props.isUnsaved || undefined}
      noValidate
      autoComplete="off"
      aria-label={props.submitLabel}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !props.onCancel) return
        // One step back only: out of the form, not out of the entry it changes.
        event.preventDefault()
        props.onCancel()
      }}
    >
      <Field {...field('type', 'Type')} className={styles.type}>
        {(control) => (
          <select
            {...control}
            name="type"
            value={draft.type}
            onChange={(event) => set('type', event.target.value)}
          >
            <option value="expense">Expense</option>
            <option value="revenue">Revenue</option>
          </select>
        )}
      </Field>
      <Field
        {...field('amount', `Amount, ${currency}`)}
        className={styles.amount}
        hint={parsed?.ok ? moneyText(Math.abs(parsed.minor), currency) : undefined}
      >
        {(control) => (
          <input
            {...control}
            ref={props.amountRef}
            name="amount"
            type="text"
            inputMode="decimal"
            enterKeyHint="next"
            placeholder="0.00"
            dir="ltr"
            value={draft.amount}
            onChange={(event) => set('amount', event.target.value)}
          />
        )}
      </Field>
      <Field {...field('description', 'Description')} className={styles.description}>
        {(control) => (
          <input
            {...control}
            name="description"
            type="text"
            dir="auto"
            maxLength={DESCRIPTION_LENGTH_MAX}
            enterKeyHint="done"
            value={draft.description}
            onChange={(event) => set('description', event.target.value)}
          />
        )}
      </Field>
      <Field {...field('propertyId', 'Property')} className={styles.property}>
        {(control) => (
          <select
            {...control}
            name="propertyId"
            value={draft.propertyId}
            onChange={(event) => set('propertyId', event.target.value)}
          >
            {properties.every((property) => property.id !== draft.propertyId) && (
              <option value="">Choose</option>
            )}
            {properties.map((property) => (
              <option key={property.id} value={property.id}>
                {property.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field {...field('occurredOn', 'Date')} className={styles.day}>
        {(control) => (
          <input
            {...control}
            name="occurredOn"
            type="date"
            value={draft.occurredOn}
            onChange={(event) => set('occurredOn', event.target.value)}
          />
        )}
      </Field>
      <div className={styles.buttons}>
        <Button
          type="submit"
          kind="primary"
          data-testid="form-submit"
          aria-disabled={saving.isSlow || undefined}
        >
          {saving.isSlow ? 'Saving…' : props.submitLabel}
        </Button>
        {props.onCancel && (
          <Button kind="quiet" onClick={props.onCancel}>
            Cancel
          </Button>
        )}
      </div>
      <p className={styles.lost} role="alert" data-empty={lost === null || undefined}>
        {lost}
      </p>
    </form>
  )
}
