import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely, Migrator, PostgresDialect } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import type { TaskRow } from '../../worker/wire/tasks.ts'
import { createPasswords } from '../../server/session/passwords.ts'
import { seedDemo } from '../../server/store/demo-data.ts'
import { migrations } from '../../server/store/migrations/migrations.ts'
import { openPostgres } from '../../server/store/open-postgres.ts'
import { openSqlite } from '../../server/store/open-sqlite.ts'
import { openStore, type Store } from '../../server/store/open-store.ts'
import type { Schema } from '../../server/store/schema.ts'
import { fingerprintOf, RECORDS_KEPT_MS } from '../../server/writes/write-records.ts'
import { transactionRow } from '../support/finance-rows.ts'
import { createTestServer } from '../support/server.ts'
import { createTestDatabase } from '../support/test-store.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

/** The last one of the release before this register of writes. */
const BEFORE = '0003-session-audit'
const MORE_THAN_A_BATCH = 450
const PATH = '/api/finance/transactions'

let dataDir: string
let database: Awaited<ReturnType<typeof createTestDatabase>>
let store: Store
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'standpipe-'))
  database = await createTestDatabase()
})
afterEach(async () => {
  await store.close()
  await database.drop()
  rmSync(dataDir, { recursive: true })
})

/** A store as the release before left it. */
async function openBefore(): Promise<Kysely<Schema>> {
  const { databaseUrl } = database
  const db = new Kysely<Schema>({
    dialect:
      databaseUrl === null
        ? openSqlite(join(dataDir, 'standpipe.db'))
        : new PostgresDialect({ pool: openPostgres(databaseUrl, () => {}) }),
  })
  const all = migrations(databaseUrl === null ? 'sqlite' : 'postgres')
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(all) } })
  const { error } = await migrator.migrateTo(BEFORE)
  expect(error).toBeUndefined()
  return db
}

test('a store of the release before is brought up to date, and what was applied there is never applied again', async () => {
  const clock = createVirtualClock()
  const now = clock.now()
  const db = await openBefore()
  const { hash } = createPasswords({ memoryKib: 8, passes: 1, lanes: 1 })
  const dialect = database.databaseUrl === null ? 'sqlite' : 'postgres'
  const early: Store = { db, dialect, ping: () => Promise.resolve(), close: () => Promise.resolve() }
  await seedDemo({ store: early, clock, hashPassword: hash })

  const own = {
    orgId: 'acme',
    propertyId: 'acme-p1',
    createdBy: 'acme-staff1',
    createdAt: now,
    updatedAt: now,
  }
  const row = transactionRow({ ...own, id: 'before', currency: 'USD', rev: 2, amountMinor: 7 })
  const task: TaskRow = {
    ...own,
    id: 'task-before',
    rev: 1,
    title: 'Oil',
    status: 'open',
    assigneeId: null,
    dueOn: null,
  }
  await db.insertInto('transactions').values(row).execute()
  await db.insertInto('tasks').values(task).execute()
  const create = { id: 'before', propertyId: 'acme-p1', type: 'revenue', amountMinor: 5, currency: 'USD' }
  const bodies = {
    create: { ...create, description: 'Rent', occurredOn: '2026-03-01' },
    task: { id: 'task-before', propertyId: 'acme-p1', title: 'Oil' },
    edit: { amountMinor: 7 },
  }
  const keys = { create: randomUUID(), edit: randomUUID(), task: randomUUID(), refused: randomUUID() }
  const who = { orgId: 'acme', userId: 'acme-staff1' }
  const record = (key: string, fingerprint: string, status: number, body: object) => ({
    ...who,
    key,
    fingerprint,
    status,
    body: JSON.stringify(body),
    etag: null,
    createdAt: now,
  })
  const print = (method: string, path: string, tag: string, body: object) =>
    fingerprintOf(method, path, tag, JSON.stringify(body))
  const edited = print('PATCH', `${PATH}/before`, '"1"', bodies.edit)
  await db
    .insertInto('idempotency')
    .values([
      record(keys.create, print('POST', PATH, '', bodies.create), 201, { ...row, rev: 1, amountMinor: 5 }),
      record(keys.edit, edited, 200, row),
      record(keys.task, print('POST', '/api/tasks', '', bodies.task), 201, task),
      record(keys.refused, edited, 403, { code: 'forbidden' }),
    ])
    .execute()
  const others = Array.from({ length: MORE_THAN_A_BATCH }, (_, n) =>
    record(randomUUID(), 'f', 201, { ...row, id: `other-${n}`, rev: 1 }),
  )
  await db.insertInto('idempotency').values(others).execute()
  await db.destroy()

  store = await openStore({ databaseUrl: database.databaseUrl, dataDir, log: () => {} })
  const entered = await store.db.selectFrom('mutations').select(['mutationId', 'rowId', 'topic']).execute()
  expect(entered).toHaveLength(3 + MORE_THAN_A_BATCH)
  expect(entered).toContainEqual({ mutationId: keys.task, rowId: 'task-before', topic: 'tasks' })
  expect(await store.db.selectFrom('transactions').selectAll().where('id', '=', 'before').execute()).toEqual([
    row,
  ])

  const server = await createTestServer({ beside: { store, clock } })
  const { token } = await server.login('staff1@acme.test')
  const send = (method: string, path: string, key: string, json: object, rev?: number) =>
    server.request(path, {
      method,
      token,
      json,
      headers: {
        'Idempotency-Key': key,
        'Rt-Actor': who.userId,
        ...(rev === undefined ? {} : { 'If-Match': `"${rev}"` }),
      },
    })
  const first = await send('PATCH', `${PATH}/before`, keys.edit, bodies.edit, 1)
  expect([first.status, await first.json()]).toEqual([200, row])

  await store.db
    .deleteFrom('idempotency')
    .where('createdAt', '<', now + RECORDS_KEPT_MS)
    .execute()
  const created = await send('POST', PATH, keys.create, bodies.create)
  expect([created.status, ((await created.json()) as TransactionRow).amountMinor]).toEqual([201, 7])
  expect((await send('PATCH', `${PATH}/before`, keys.edit, bodies.edit, 1)).headers.get('etag')).toBe('"2"')
  expect((await send('POST', '/api/tasks', keys.task, bodies.task)).status).toBe(201)
  expect(await store.db.selectFrom('transactions').selectAll().where('id', '=', 'before').execute()).toEqual([
    row,
  ])
  // What an old change overwrote is not known: whoever has not seen it decides.
  const stale = await send('PATCH', `${PATH}/before`, randomUUID(), { description: 'x' }, 1)
  expect(stale.status).toBe(412)
  expect((await send('PATCH', `${PATH}/before`, randomUUID(), { description: 'x' }, 2)).status).toBe(200)
  await server.close()
})
