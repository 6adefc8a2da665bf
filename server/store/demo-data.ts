import type { Insertable, Kysely } from 'kysely'
import type { Clock } from '../deps.ts'
import { demoOrgs, type DemoOrg } from './demo-orgs.ts'
import { demoTasks } from './demo-tasks.ts'
import { demoTransactions } from './demo-transactions.ts'
import type { Store } from './open-store.ts'
import type { Schema } from './schema.ts'

export const DEMO_PASSWORD = 'standpipe-demo'
/** Below the number of values one statement may bind, on both stores. */
const ROWS_PER_INSERT = 400

/**
 * Fills an empty store with two organisations that have been at work for ninety days. The same day gives the same data to
 * the last cent. A store with anything in it is left alone.
 */
export async function seedDemo(deps: {
  store: Pick<Store, 'db'>
  clock: Clock
  hashPassword: (plain: string) => Promise<string>
}): Promise<void> {
  const { db } = deps.store
  if (await db.selectFrom('orgs').select('id').limit(1).executeTakeFirst()) return
  const passwordHash = await deps.hashPassword(DEMO_PASSWORD)
  const now = deps.clock.now()
  await db.transaction().execute(async (trx) => {
    for (const org of demoOrgs()) {
      await insertPeople(trx, org, passwordHash)
      await insertAll(trx, 'transactions', demoTransactions(org, now))
      await insertAll(trx, 'tasks', demoTasks(org, now))
    }
  })
}

async function insertPeople(trx: Kysely<Schema>, org: DemoOrg, passwordHash: string): Promise<void> {
  const { id, name, currency, properties, users } = org
  await insertAll(trx, 'orgs', [{ id, name, currency }])
  await insertAll(
    trx,
    'properties',
    properties.map((property) => ({ ...property, orgId: id })),
  )
  await insertAll(
    trx,
    'users',
    users.map(({ grants: _grants, ...user }) => ({ ...user, orgId: id, passwordHash, disabled: 0 as const })),
  )
  await insertAll(
    trx,
    'userProperties',
    users.flatMap(({ id: userId, grants }) => grants.map((propertyId) => ({ userId, propertyId }))),
  )
}

async function insertAll<T extends keyof Schema>(
  trx: Kysely<Schema>,
  table: T,
  rows: readonly Insertable<Schema[T]>[],
): Promise<void> {
  for (let i = 0; i < rows.length; i += ROWS_PER_INSERT) {
    await trx
      .insertInto(table)
      .values(rows.slice(i, i + ROWS_PER_INSERT))
      .execute()
  }
}
