import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely, Migrator, sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrations } from '../../server/store/migrations/migrations.ts'
import { openSqlite } from '../../server/store/open-sqlite.ts'
import { openStore, type Store } from '../../server/store/open-store.ts'
import { openTestStore } from '../support/test-store.ts'

let folder: string
let lines: string[]
let close: (() => Promise<void>)[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'standpipe-'))
  lines = []
  close = []
})
afterEach(async () => {
  for (const end of close) await end()
  rmSync(folder, { recursive: true })
})

async function open(dataDir = folder): Promise<Store> {
  const log = (_level: string, message: string) => void lines.push(message)
  const store = await openStore({ databaseUrl: null, dataDir, log })
  close.push(() => store.close())
  return store
}

const pragma = async (store: Store, name: string) =>
  Object.values((await sql.raw<object>(`pragma ${name}`).execute(store.db)).rows[0] ?? {})[0]
const org = { id: 'acme', name: 'Acme', currency: 'USD' }

describe('the embedded store', () => {
  test('outlives a power cut, and lets a reader pass a writer', async () => {
    const store = await open()
    expect(await pragma(store, 'journal_mode')).toBe('wal')
    expect(await pragma(store, 'synchronous')).toBe(2)
    expect(await pragma(store, 'foreign_keys')).toBe(1)
    expect(await pragma(store, 'busy_timeout')).toBe(5000)
  })

  test('is one file in the data folder, and is there again at the next start', async () => {
    const first = await open()
    await first.db.insertInto('orgs').values(org).execute()
    await close.pop()!()
    const second = await open()
    expect(await second.db.selectFrom('orgs').selectAll().execute()).toEqual([org])
  })

  test('is brought up to date once, and left alone from then on', async () => {
    const schema = async (store: Store) => (await sql`select sql from sqlite_schema`.execute(store.db)).rows
    const first = await schema(await open())
    const migrated = lines.length
    expect(new Set(lines)).toEqual(new Set(['The store was migrated.']))
    await close.pop()!()
    expect(await schema(await open())).toEqual(first)
    expect(lines).toHaveLength(migrated)
  })

  test('in memory is nobody else’s', async () => {
    const [one, other] = [await open(':memory:'), await open(':memory:')]
    await one.db.insertInto('orgs').values(org).execute()
    expect(await other.db.selectFrom('orgs').selectAll().execute()).toEqual([])
  })

  test('that cannot be opened rejects', async () => {
    await expect(open(join(folder, 'missing', 'folder'))).rejects.toThrow()
  })

  test('that is closed does not answer', async () => {
    const store = await open()
    await store.ping()
    await close.pop()!()
    await expect(store.ping()).rejects.toThrow()
  })
})

test('a migration that fails half way leaves nothing behind', async () => {
  const db = new Kysely<unknown>({ dialect: openSqlite(':memory:') })
  close.push(() => db.destroy())
  const half = {
    async up(db: Kysely<unknown>) {
      await db.schema.createTable('half').addColumn('id', 'text').execute()
      throw new Error('half way')
    },
  }
  const all = { ...migrations('sqlite'), '9999-half': half }
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(all) } })
  const { error } = await migrator.migrateToLatest()
  expect(error).toMatchObject({ message: 'half way' })
  const tables = (await db.introspection.getTables()).map(({ name }) => name)
  expect(tables).not.toContain('half')
  expect(tables).not.toContain('orgs')
})

describe('on either store', () => {
  let store: Store
  beforeEach(async () => {
    const opened = await openTestStore()
    close.push(opened.drop)
    ;({ store } = opened)
  })

  test('whole numbers come back as the numbers they were', async () => {
    const big = 99_999_999_999_999
    const name = { orgId: 'o', userId: 'u', key: 'k', fingerprint: 'f' }
    const record = { ...name, status: 200, body: '', etag: null, merged: 0 as const }
    await store.db
      .insertInto('idempotency')
      .values({ ...record, createdAt: big })
      .execute()
    const read = store.db.selectFrom('idempotency').selectAll()
    expect(await read.execute()).toEqual([{ ...record, createdAt: big }])
  })

  test('a row belongs to an organisation there is', async () => {
    const orphan = store.db.insertInto('properties').values({ id: 'p', orgId: 'nowhere', name: 'x' })
    await expect(orphan.execute()).rejects.toThrow(/foreign key/i)
  })

  test('names are sorted byte by byte', async () => {
    await store.db.insertInto('orgs').values(org).execute()
    const ids = ['a', 'B', '_', 'Z', 'b', 'é', '-', '1']
    const properties = ids.map((id) => ({ id, orgId: 'acme', name: id }))
    await store.db.insertInto('properties').values(properties).execute()
    const read = await store.db.selectFrom('properties').select('id').orderBy('id').execute()
    expect(read.map(({ id }) => id)).toEqual(ids.toSorted((a, b) => (a < b ? -1 : 1)))
  })
})
