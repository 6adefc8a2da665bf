import * as v from 'valibot'
import {
  DESCRIPTION_LENGTH_MAX,
  TRANSACTION_TYPES,
  type CreateTransaction,
  type TransactionRow,
} from '../../worker/wire/finance.ts'
import { Day } from '../../worker/wire/primitives.ts'
import { amountText, parseAmount, type AmountRules } from './amount.ts'

/** The entry form as it stands, half-filled or not: what people typed, not what it means. */
export const TransactionDraft = v.object({
  type: v.picklist(TRANSACTION_TYPES),
  amount: v.string(),
  propertyId: v.string(),
  description: v.string(),
  occurredOn: v.string(),
})
export type TransactionDraft = v.InferOutput<typeof TransactionDraft>
export type DraftField = keyof TransactionDraft
export type DraftErrors = Partial<Record<DraftField, string>>

export type ReadDraft =
  { ok: true; fields: Omit<CreateTransaction, 'id'> } | { ok: false; errors: DraftErrors }

/** A date field takes "26" for the year 26, and such an entry would lie at the far end of the ledger. */
const DAY_MIN = '1900-01-01'

/** Reads a draft; every field that is wrong says so in a sentence, all at once. */
export function readDraft(
  draft: TransactionDraft,
  rules: AmountRules,
  propertyIds: readonly string[],
): ReadDraft {
  const errors: DraftErrors = {}
  const amount = parseAmount(draft.amount, rules)
  if (!amount.ok) errors.amount = amount.message
  else if (amount.minor < 0 && draft.type === 'revenue')
    errors.amount = 'Revenue has no minus. Remove it, or choose expense.'
  const description = draft.description.trim()
  if (description === '') errors.description = 'Say what it was for.'
  else if (description.length > DESCRIPTION_LENGTH_MAX)
    errors.description = `Keep it to ${DESCRIPTION_LENGTH_MAX} characters; it has ${description.length}.`
  if (!propertyIds.includes(draft.propertyId)) errors.propertyId = 'Choose a property.'
  if (!v.is(Day, draft.occurredOn)) errors.occurredOn = 'Choose a day.'
  else if (draft.occurredOn < DAY_MIN) errors.occurredOn = 'Write the year with four digits.'
  if (Object.keys(errors).length > 0 || !amount.ok) return { ok: false, errors }
  const { type, propertyId, occurredOn } = draft
  const amountMinor = Math.abs(amount.minor)
  return {
    ok: true,
    fields: { type, propertyId, occurredOn, description, amountMinor, currency: rules.currency },
  }
}

/**
 * What stays for the next entry: people enter a stack of receipts of one house and one day. What was typed while the last
 * one was being saved belongs to the next.
 */
export function afterSaving(submitted: TransactionDraft, now: TransactionDraft): TransactionDraft {
  return {
    ...now,
    amount: now.amount === submitted.amount ? '' : now.amount,
    description: now.description === submitted.description ? '' : now.description,
  }
}

export function emptyDraft(today: string, propertyId: string): TransactionDraft {
  return { type: 'expense', amount: '', propertyId, description: '', occurredOn: today }
}

export function draftOf(row: TransactionRow): TransactionDraft {
  const { type, propertyId, description, occurredOn } = row
  return { type, propertyId, description, occurredOn, amount: amountText(row.amountMinor, row.currency) }
}
