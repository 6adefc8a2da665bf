import { join } from 'node:path'
import { Kysely, Migrator, PostgresDialect, sql } from 'kysely'
import type { Log } from '../deps.ts'
import { migrations } from './migrations/migrations.ts'
import { openPostgres } from './open-postgres.ts'
import { openSqlite } from './open-sqlite.ts'
import type { Schema } from './schema.ts'

export interface Store {
  db: Kysely<Schema>
  dialect: 'sqlite' | 'postgres'
  /** Rejects when the store does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the store and brings its tables up to date. SQLite in one file under `dataDir` (`:memory:` for none), durable at
 * every commit and for one process; PostgreSQL where `databaseUrl` says. Rejects when it cannot be opened or migrated;
 * nothing is changed then.
 */
export async function openStore(options: {
  databaseUrl: string | null
  dataDir: string
  log: Log
}): Promise<Store> {
  const { databaseUrl, dataDir, log } = options
  const dialect = databaseUrl === null ? 'sqlite' : 'postgres'
  const file = dataDir === ':memory:' ? dataDir : join(dataDir, 'standpipe.db')
  const db = new Kysely<Schema>({
    dialect:
      databaseUrl === null ? openSqlite(file) : new PostgresDialect({ pool: openPostgres(databaseUrl, log) }),
  })
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations(dialect)) },
  })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error) {
    await db.destroy()
    throw error instanceof Error ? error : new Error('The store could not be migrated.', { cause: error })
  }
  for (const { migrationName } of results)
    log('info', 'The store was migrated.', { migration: migrationName })

  return {
    db,
    dialect,
    ping: async () => void (await sql`select 1`.execute(db)),
    close: () => db.destroy(),
  }
}
