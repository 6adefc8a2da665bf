import * as v from 'valibot'
import type { EventEnvelope } from '../../worker/wire/event.ts'
import { TransactionRow, type TransactionFilter } from '../../worker/wire/finance.ts'
import type { RowKind } from '../realtime/apply-events.ts'

/** Sort key of the ledger: day, then time of entry, then id, each descending; the server's order to the letter. */
export type TransactionKey = readonly [occurredOn: string, createdAt: number, id: string]

export function transactionKey(row: TransactionRow): TransactionKey {
  return [row.occurredOn, row.createdAt, row.id]
}

function compare(a: TransactionKey, b: TransactionKey): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? 1 : -1
  if (a[1] !== b[1]) return b[1] - a[1]
  if (a[2] !== b[2]) return a[2] < b[2] ? 1 : -1
  return 0
}

function read(event: EventEnvelope): { row: TransactionRow; deleted: boolean } | null {
  if (!event.type.startsWith('transaction.')) return null
  const parsed = v.safeParse(TransactionRow, event.data)
  return parsed.success ? { row: parsed.output, deleted: event.type === 'transaction.deleted' } : null
}

export const transactionKind: RowKind<TransactionRow, TransactionKey> = { key: transactionKey, compare, read }

/** Whether a row belongs in a list with this filter; the server's `where`, in words of a row. */
export function matchesFilter(row: TransactionRow, filter: TransactionFilter): boolean {
  return (
    (filter.propertyId === undefined || row.propertyId === filter.propertyId) &&
    (filter.status === undefined || row.status === filter.status) &&
    (filter.type === undefined || row.type === filter.type) &&
    (filter.from === undefined || row.occurredOn >= filter.from) &&
    (filter.to === undefined || row.occurredOn <= filter.to)
  )
}
