import { v7 as uuid7 } from 'uuid'
import type { CreateTransaction, EditTransaction, TransactionRow } from '../../worker/wire/finance.ts'
import type { SessionView } from '../../worker/wire/port.ts'
import type { LocalWrites } from '../realtime/local-writes.ts'
import type { Saved } from '../realtime/save-write.ts'
import { TRANSACTIONS_PATH, transactionPath } from './transaction-path.ts'

/** The changes a person can make to the ledger; each shows once it is saved and is settled by its event or its reply. */
export interface TransactionWriter {
  create: (fields: Omit<CreateTransaction, 'id'>) => { row: TransactionRow; saved: Promise<Saved> }
  edit: (row: TransactionRow, change: EditTransaction) => Promise<Saved>
  remove: (row: TransactionRow) => Promise<Saved>
  approve: (row: TransactionRow) => Promise<Saved>
  reject: (row: TransactionRow) => Promise<Saved>
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
  ): Promise<Saved> {
    return writes.submit({
      mutationId: uuid7(),
      topic: 'finance',
      verb,
      actorId: session.user.id,
      row,
      baseRev,
      request: body === undefined ? { method, path } : { method, path, body },
    })
  }

  const decide = (verb: 'approve' | 'reject', status: 'approved' | 'rejected') => (row: TransactionRow) =>
    submit(verb, { ...row, status }, row.rev, 'POST', `${transactionPath(row.id)}/${verb}`)

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
      return { row, saved: submit('create', row, null, 'POST', TRANSACTIONS_PATH, { ...fields, id }) }
    },
    edit(row, change) {
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
      return submit('edit', { ...row, ...given }, row.rev, 'PATCH', transactionPath(row.id), change)
    },
    remove: (row) => submit('delete', row, row.rev, 'DELETE', transactionPath(row.id)),
    approve: decide('approve', 'approved'),
    reject: decide('reject', 'rejected'),
  }
}
