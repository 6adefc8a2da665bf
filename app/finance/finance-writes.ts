import { lazy } from 'react'
import { v7 as uuid7 } from 'uuid'
import * as v from 'valibot'
import { TransactionRow } from '../../worker/wire/finance.ts'
import type { ComparedField, WriteKind, WriteNames } from '../realtime/write-kind.ts'
import { amountText } from './amount.ts'
import { enteredAnew, wantedRow } from './correct-write.ts'
import { signedMinor } from './day-groups.ts'
import { loneDay } from './day-text.ts'
import { moneyText } from './money-text.ts'

const VERBS: Record<string, string> = {
  create: 'New entry',
  edit: 'Change',
  delete: 'Deletion',
  approve: 'Approval',
  reject: 'Rejection',
}
const STATUS = { pending: 'Pending', approved: 'Approved', rejected: 'Rejected' }

/** Changes of the ledger, as the outbox lists and compares them. */
export const financeWrites: WriteKind = {
  describe(write) {
    const row = read(write.row)
    const what = VERBS[write.verb] ?? 'Change'
    if (!row)
      return {
        what,
        of: write.row.id,
        amount: null,
        propertyId: null,
        cells: { amount: '', currency: '', day: '' },
      }
    const { currency, propertyId, description: of, occurredOn: day } = row
    const minor = signedMinor(row)
    return {
      what,
      of,
      propertyId,
      amount: moneyText(minor, currency, { sign: true }),
      cells: { amount: (minor < 0 ? '-' : '') + amountText(Math.abs(minor), currency), currency, day },
    }
  },
  compare(write, told, names) {
    const current = read(told)
    const mine = current && wantedRow(write, current)
    if (!mine) return null
    return fieldsOf(mine, names).map(([name, label, text], index): ComparedField => {
      const theirs = fieldsOf(current, names)[index]?.[2] ?? ''
      return { name, label, mine: text, theirs, differs: text !== theirs }
    })
  },
  mayChange: (told) => read(told)?.status === 'pending',
  hasForm: ({ verb }) => verb === 'create' || verb === 'edit',
  Form: lazy(() => import('./transaction-write-form.tsx')),
  asNew(write) {
    const row = read(write.row)
    if (write.verb !== 'edit' || !row) return null
    const fresh = { id: uuid7(), mutationId: uuid7(), now: Date.now() }
    return enteredAnew({ ...write, row }, fresh)
  },
}

function read(row: unknown): TransactionRow | null {
  const parsed = v.safeParse(TransactionRow, row)
  return parsed.success ? parsed.output : null
}

function fieldsOf(row: TransactionRow, names: WriteNames): [name: string, label: string, text: string][] {
  return [
    ['amountMinor', 'Amount', moneyText(signedMinor(row), row.currency, { sign: true })],
    ['description', 'Description', row.description],
    ['propertyId', 'Property', names.property(row.propertyId)],
    ['occurredOn', 'Date', loneDay(row.occurredOn, '')],
    ['status', 'State', STATUS[row.status]],
  ]
}
