import { Client } from 'pg'
import { systemRandom } from '../../server/node-deps.ts'
import { openStore, type Store } from '../../server/store/open-store.ts'

/**
 * An empty store: SQLite in memory, or with TEST_DATABASE_URL (an account that may create databases) a database of its
 * own on PostgreSQL, which goes with `drop`. The same tests hold on both.
 */
export async function openTestStore(): Promise<{ store: Store; drop: () => Promise<void> }> {
  const { databaseUrl, drop } = await createTestDatabase()
  const store = await openStore({ databaseUrl, dataDir: ':memory:', log: () => {} })
  return {
    store,
    async drop() {
      await store.close()
      await drop()
    },
  }
}

/** The database of `openTestStore`, without a table in it. `databaseUrl` is null for SQLite. */
export async function createTestDatabase(): Promise<{
  databaseUrl: string | null
  drop: () => Promise<void>
}> {
  const url = process.env.TEST_DATABASE_URL
  if (url === undefined) return { databaseUrl: null, drop: () => Promise.resolve() }
  const name = `test_${systemRandom.uuid().replaceAll('-', '_')}`
  await command(url, `create database ${name}`)
  const own = new URL(url)
  own.pathname = `/${name}`
  return { databaseUrl: own.href, drop: () => command(url, `drop database ${name}`) }
}

async function command(connectionString: string, statement: string): Promise<void> {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
