import Database from 'libsql'
import { SqliteAdapter, SqliteDialect } from 'kysely'

/**
 * The embedded store: WAL lets readers and the writer pass each other, FULL makes a commit survive a power cut. The driver
 * carries its binary, so that an install needs no compiler.
 */
export function openSqlite(file: string): SqliteDialect {
  const database = new Database(file)
  for (const pragma of [
    'journal_mode = WAL',
    'synchronous = FULL',
    'foreign_keys = ON',
    'busy_timeout = 5000',
  ]) {
    database.pragma(pragma)
  }
  return new AtomicSqliteDialect({ database })
}

/** SQLite takes back tables with their transaction; told so, the migrator never leaves a migration half done. */
class AtomicSqliteDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new AtomicSqliteAdapter()
  }
}

class AtomicSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}
