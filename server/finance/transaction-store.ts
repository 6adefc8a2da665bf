import type { Kysely, SelectQueryBuilder } from 'kysely'
import * as v from 'valibot'
import type { TransactionFilter, TransactionRow } from '../../worker/wire/finance.ts'
import { Day, Id, Instant } from '../../worker/wire/primitives.ts'
import type { Schema } from '../store/schema.ts'
import { within, type Scope } from '../store/within.ts'

/** The order of the ledger, newest first. */
export const LedgerKey = v.tuple([Day, Instant, Id])
export type LedgerKey = v.InferOutput<typeof LedgerKey>

type Visible = SelectQueryBuilder<Schema, 'transactions', object>

/** Every query begins here: nobody sees past the organisation and the properties of their token. */
export function visible(db: Kysely<Schema>, scope: Scope, filter: TransactionFilter = {}): Visible {
  const { propertyId, status, type, from, to } = filter
  return db
    .selectFrom('transactions')
    .where(within(scope, propertyId))
    .$if(status !== undefined, (q) => q.where('status', '=', status!))
    .$if(type !== undefined, (q) => q.where('type', '=', type!))
    .$if(from !== undefined, (q) => q.where('occurredOn', '>=', from!))
    .$if(to !== undefined, (q) => q.where('occurredOn', '<=', to!))
}

export function listRows(
  db: Kysely<Schema>,
  scope: Scope,
  filter: TransactionFilter,
  after: LedgerKey | null,
  limit: number,
): Promise<TransactionRow[]> {
  return visible(db, scope, filter)
    .selectAll()
    .$if(after !== null, (q) => {
      const [occurredOn, createdAt, id] = after!
      return q.where((eb) =>
        eb.or([
          eb('occurredOn', '<', occurredOn),
          eb.and([
            eb('occurredOn', '=', occurredOn),
            eb.or([
              eb('createdAt', '<', createdAt),
              eb.and([eb('createdAt', '=', createdAt), eb('id', '<', id)]),
            ]),
          ]),
        ]),
      )
    })
    .orderBy('occurredOn', 'desc')
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** The row, if it is one the caller may know of. */
export function rowById(db: Kysely<Schema>, scope: Scope, id: string): Promise<TransactionRow | undefined> {
  return visible(db, scope).selectAll().where('id', '=', id).executeTakeFirst()
}
