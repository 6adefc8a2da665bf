import {
  AMOUNT_FIELDS,
  type CreateTransaction,
  type EditTransaction,
  type TransactionRow,
} from '../../worker/wire/finance.ts'
import { APPROVER_ROLES } from '../../worker/wire/session.ts'
import type { Random } from '../deps.ts'
import { HttpProblem } from '../http/problem.ts'
import { clashOfPatch, clashOfWhole, type MergeRules } from '../writes/clash.ts'
import { isIdUsed } from '../writes/mutations.ts'
import { isMerge, overwritten } from '../writes/stale.ts'
import type { Write, Written } from '../writes/write.ts'
import { rowById } from './transaction-store.ts'

/** Whoever edits a pending row takes it for pending. */
const MERGE_RULES: MergeRules = { units: [AMOUNT_FIELDS], relies: ['status'] }

/**
 * What can be done to the ledger. Each throws the problem that names why it was not done, and then has done nothing.
 * Edits of different things are merged. A decision and a removal are about the row as a whole, its description included:
 * nobody signs for what they have not seen.
 */
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
      // Not a look and then an insert: PostgreSQL lets two writes look before either has inserted. The look at former
      // rows comes after it, for a removal that was under way is over then.
      const { numInsertedOrUpdatedRows: entered } = await trx
        .insertInto('transactions')
        .values(row)
        .onConflict((taken) => taken.column('id').doNothing())
        .executeTakeFirstOrThrow()
      if (entered !== 1n || (await isIdUsed(trx, { topic: 'finance', rowId: id }))) {
        const current = entered === 1n ? undefined : await rowById(trx, caller, id)
        throw new HttpProblem('invalid_state', {
          detail: 'There is, or was, an entry with this id.',
          current,
        })
      }
      return { status: 201, row, before: {}, events: [{ type: 'transaction.created', row }] }
    },

    async edit(write: Write<EditTransaction>, id: string): Promise<Written> {
      const patch = withoutUndefined(write.body)
      for (;;) {
        const before = await visibleRow(write, id)
        const merged = await isMerge(write, 'finance', before, (unseen) =>
          clashOfPatch(unseen, before, patch, MERGE_RULES),
        )
        requirePending(before)
        if (patch.propertyId !== undefined) requireProperty(write.caller.properties, patch.propertyId)
        const row = await replace(write, before, patch)
        if (!row) continue
        const events: Written['events'] = [{ type: 'transaction.updated', row }]
        // Who sees only the property it left is told that it is gone there; by its rev that is older than where it went.
        if (row.propertyId !== before.propertyId) events.push({ type: 'transaction.deleted', row: before })
        return { status: 200, row, before: overwritten(before, patch), merged, events }
      }
    },

    async remove(write: Write<null>, id: string): Promise<Written> {
      for (;;) {
        const before = await visibleRow(write, id)
        const merged = await isMerge(write, 'finance', before, clashOfWhole)
        requirePending(before)
        const gone = await write.trx
          .deleteFrom('transactions')
          .where('id', '=', id)
          .where('rev', '=', before.rev)
          .executeTakeFirst()
        if (gone.numDeletedRows === 0n) continue
        const row = { ...before, rev: before.rev + 1, updatedAt: write.now }
        return { status: 200, row, before: {}, merged, events: [{ type: 'transaction.deleted', row }] }
      }
    },

    async decide(write: Write<null>, id: string, status: 'approved' | 'rejected'): Promise<Written> {
      if (!APPROVER_ROLES.includes(write.caller.role)) {
        throw new HttpProblem('forbidden', { detail: 'Owners and managers approve and reject.' })
      }
      for (;;) {
        const before = await visibleRow(write, id)
        const merged = await isMerge(write, 'finance', before, clashOfWhole)
        requirePending(before)
        const row = await replace(write, before, { status })
        if (!row) continue
        const events: Written['events'] = [{ type: `transaction.${status}`, row }]
        return { status: 200, row, before: overwritten(before, { status }), merged, events }
      }
    },
  }
}

async function visibleRow(write: Write<unknown>, id: string): Promise<TransactionRow> {
  const row = await rowById(write.trx, write.caller, id)
  if (row) return row
  throw new HttpProblem('not_found', { detail: 'There is no such entry, or no more.' })
}

function requirePending(current: TransactionRow): void {
  if (current.status === 'pending') return
  const detail = `The entry is ${current.status} and stands as it is.`
  throw new HttpProblem('invalid_state', { detail, current })
}

/**
 * Null when somebody else was faster, on a store that runs writes at once: the row is looked at and judged anew. Each
 * round means that another write went through, so it ends.
 */
async function replace(
  write: Write<unknown>,
  before: TransactionRow,
  change: Partial<TransactionRow>,
): Promise<TransactionRow | null> {
  const row = { ...before, ...change, rev: before.rev + 1, updatedAt: write.now }
  const written = await write.trx
    .updateTable('transactions')
    .set(row)
    .where('id', '=', before.id)
    .where('rev', '=', before.rev)
    .executeTakeFirst()
  return written.numUpdatedRows === 0n ? null : row
}

function requireProperty(granted: readonly string[], propertyId: string): void {
  if (granted.includes(propertyId)) return
  throw new HttpProblem('forbidden_property', { detail: 'This property is not one of yours.' })
}

function withoutUndefined(body: EditTransaction): Partial<TransactionRow> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
}
