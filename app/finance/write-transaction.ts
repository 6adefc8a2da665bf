import { v7 as uuid7 } from 'uuid'
import type { CreateTransaction, EditTransaction, TransactionRow } from '../../worker/wire/finance.ts'
import type { SessionView } from '../../worker/wire/port.ts'
import type { LocalWrites } from '../realtime/local-writes.ts'

const PATH = '/api/finance/transactions'

/** The changes a person can make to the ledger; each shows at once and is settled by its event or its reply. */
export interface TransactionWriter {
  create: (fields: Omit<CreateTransaction, 'id'>) => TransactionRow
  edit: (row: TransactionRow, change: EditTransaction) => void
  remove: (row: TransactionRow) => void
  approve: (row: TransactionRow) => void
  reject: (row: TransactionRow) => void
}

export function createTransactionWriter(deps: {
  writes: Pick<LocalWrites, 'submit'>
  session: SessionView
  now: () => number
}): TransactionWriter {
  const { writes, session, now } = deps

  function submit(
    verb: string,
    row: TransactionRow,
    baseRev: number | null,
    method: 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
  ) {
    void writes.submit({
      mutationId: uuid7(),
      topic: 'finance',
      verb,
      actorId: session.user.id,
      row,
      baseRev,
      request: body === undefined ? { method, path } : { method, path, body },
    })
  }

  return {
    create(fields) {
      const id = uuid7()
      const at = now()
      const row: TransactionRow = {
        ...fields,
        id,
        rev: 1,
        orgId: session.org.id,
        status: 'pending',
        createdBy: session.user.id,
        createdAt: at,
        updatedAt: at,
      }
      submit('create', row, null, 'POST', PATH, { ...fields, id })
      return row
    },
    edit(row, change) {
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
      submit('edit', { ...row, ...given }, row.rev, 'PATCH', `${PATH}/${row.id}`, change)
    },
    remove: (row) => submit('delete', row, row.rev, 'DELETE', `${PATH}/${row.id}`),
    approve: (row) =>
      submit('approve', { ...row, status: 'approved' }, row.rev, 'POST', `${PATH}/${row.id}/approve`),
    reject: (row) =>
      submit('reject', { ...row, status: 'rejected' }, row.rev, 'POST', `${PATH}/${row.id}/reject`),
  }
}
