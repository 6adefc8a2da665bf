import type { LocalWrite } from '../../app/realtime/local-writes.ts'
import type { TransactionRow } from '../../worker/wire/finance.ts'

export function transactionRow(fields: Partial<TransactionRow> = {}): TransactionRow {
  return {
    id: 't1',
    rev: 1,
    orgId: 'acme',
    propertyId: 'p1',
    type: 'revenue',
    status: 'pending',
    amountMinor: 1000,
    currency: 'USD',
    description: 'Rent',
    occurredOn: '2026-03-01',
    createdBy: 'u1',
    createdAt: 1,
    updatedAt: 1,
    ...fields,
  }
}

export function localWrite(
  row: TransactionRow,
  fields: Partial<LocalWrite<TransactionRow>> = {},
): LocalWrite<TransactionRow> {
  return {
    mutationId: `m-${row.id}`,
    topic: 'finance',
    verb: 'edit',
    actorId: 'u1',
    row,
    request: { method: 'PATCH', path: `/api/finance/transactions/${row.id}`, body: {} },
    baseRev: row.rev,
    state: 'sending',
    error: null,
    at: 0,
    attempts: 1,
    nextAt: 0,
    ...fields,
  }
}
