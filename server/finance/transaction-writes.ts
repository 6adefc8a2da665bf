import type { CreateTransaction, EditTransaction, TransactionRow } from '../../worker/wire/finance.ts'
import { APPROVER_ROLES } from '../../worker/wire/session.ts'
import type { Random } from '../deps.ts'
import { HttpProblem } from '../http/problem.ts'
import type { Write, Written } from '../writes/write.ts'
import { rowById } from './transaction-store.ts'

/** What can be done to the ledger. Each throws the problem that names why it was not done, and then has done nothing. */
export function createTransactionWrites(deps: { random: Pick<Random, 'uuid7'> }) {
  return {
    async create({ trx, caller, body, now }: Write<CreateTransaction>): Promise<Written> {
      requireProperty(caller.properties, body.propertyId)
      const { id = deps.random.uuid7(), ...fields } = body
      const row: TransactionRow = {
        ...fields,
        id,
        rev: 1,
        orgId: caller.orgId,
        status: 'pending',
        createdBy: caller.userId,
        createdAt: now,
        updatedAt: now,
      }
      // Not a look and then an insert: PostgreSQL lets two writes look before either has inserted.
      const { numInsertedOrUpdatedRows: entered } = await trx
        .insertInto('transactions')
        .values(row)
        .onConflict((taken) => taken.column('id').doNothing())
        .executeTakeFirstOrThrow()
      if (entered !== 1n) {
        throw new HttpProblem('invalid_state', { detail: 'There is an entry with this id already.' })
      }
      return { status: 201, row, events: [{ type: 'transaction.created', row }] }
    },

    async edit(write: Write<EditTransaction>, id: string): Promise<Written> {
      const before = await pendingRow(write, id)
      const { body, caller } = write
      if (body.propertyId !== undefined) requireProperty(caller.properties, body.propertyId)
      const row = await replace(write, before, withoutUndefined(body))
      const updated = { type: 'transaction.updated' as const, row }
      if (row.propertyId === before.propertyId) return { status: 200, row, events: [updated] }
      // Who sees only the property it left is told that it is gone there; by its rev that is older than where it went.
      return { status: 200, row, events: [updated, { type: 'transaction.deleted', row: before }] }
    },

    async remove(write: Write<null>, id: string): Promise<Written> {
      const before = await pendingRow(write, id)
      const gone = await write.trx
        .deleteFrom('transactions')
        .where('id', '=', id)
        .where('rev', '=', before.rev)
        .executeTakeFirst()
      if (gone.numDeletedRows === 0n) throw await conflict(write, id)
      const row = { ...before, rev: before.rev + 1, updatedAt: write.now }
      return { status: 200, row, events: [{ type: 'transaction.deleted', row }] }
    },

    async decide(write: Write<null>, id: string, status: 'approved' | 'rejected'): Promise<Written> {
      if (!APPROVER_ROLES.includes(write.caller.role)) {
        throw new HttpProblem('forbidden', { detail: 'Owners and managers approve and reject.' })
      }
      const before = await pendingRow(write, id)
      const row = await replace(write, before, { status })
      return { status: 200, row, events: [{ type: `transaction.${status}`, row }] }
    },
  }
}

/** The row a write is about: visible, as the caller saw it, and still open. */
async function pendingRow(write: Write<unknown>, id: string): Promise<TransactionRow> {
  const row = await rowById(write.trx, write.caller, id)
  if (!row) throw new HttpProblem('not_found', { detail: 'There is no such entry.' })
  if (row.rev !== write.rev) throw conflictWith(row)
  if (row.status === 'pending') return row
  throw new HttpProblem('invalid_state', { detail: `The entry is ${row.status} and stands as it is.` })
}

/** Guarded by rev: of two that saw the same row one is told of the other, also on a store that runs them at once. */
async function replace(
  write: Write<unknown>,
  before: TransactionRow,
  change: Partial<TransactionRow>,
): Promise<TransactionRow> {
  const row = { ...before, ...change, rev: before.rev + 1, updatedAt: write.now }
  const written = await write.trx
    .updateTable('transactions')
    .set(row)
    .where('id', '=', before.id)
    .where('rev', '=', before.rev)
    .executeTakeFirst()
  if (written.numUpdatedRows === 0n) throw await conflict(write, before.id)
  return row
}

async function conflict(write: Write<unknown>, id: string): Promise<HttpProblem> {
  const current = await rowById(write.trx, write.caller, id)
  return current ? conflictWith(current) : new HttpProblem('not_found', { detail: 'The entry is gone.' })
}

function conflictWith(current: TransactionRow): HttpProblem {
  return new HttpProblem('conflict', { detail: 'Somebody changed the entry meanwhile.', current })
}

function requireProperty(granted: readonly string[], propertyId: string): void {
  if (granted.includes(propertyId)) return
  throw new HttpProblem('forbidden_property', { detail: 'This property is not one of yours.' })
}

function withoutUndefined(body: EditTransaction): Partial<TransactionRow> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
}
