import Database from 'libsql'
import { LRUCache } from 'lru-cache'
import {
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Driver,
  type SqliteDatabase,
  type SqliteDialectConfig,
  type SqliteStatement,
} from 'kysely'

/** Far more than there are kinds of queries; one of a list of ids has as many kinds as lengths. */
const STATEMENTS_MAX = 256

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
  return new AtomicSqliteDialect({
    database: { prepare: rememberStatements(database), close: () => database.close() },
  })
}

/** Each query is read and planned once; the one connection runs one statement at a time, so that none is in use twice. */
function rememberStatements(database: Database.Database): SqliteDatabase['prepare'] {
  const statements = new LRUCache<string, SqliteStatement>({ max: STATEMENTS_MAX })
  return (sql: string) => {
    const known = statements.get(sql)
    if (known) return known
    const statement: SqliteStatement = database.prepare(sql)
    // Whatever changes a table is not asked again, and what asks for all its columns would miss the new one.
    if (/^(?:create|alter|drop)/i.test(sql)) statements.clear()
    else statements.set(sql, statement)
    return statement
  }
}

/** Transactions as SQLite keeps them. It takes back tables with one, so that the migrator never leaves a migration half done. */
class AtomicSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig

  constructor(config: SqliteDialectConfig) {
    super(config)
    this.#config = config
  }

  override createDriver(): Driver {
    return new PatientSqliteDriver(this.#config)
  }

  override createAdapter(): SqliteAdapter {
    return new AtomicSqliteAdapter()
  }
}

/**
 * A full disk and a failing one end the transaction themselves (sqlite.org/lang_transaction.html, "Response To Errors Within A
 * Transaction"). Asked to roll back as well, SQLite has a second error, which would be told in place of the first.
 */
class PatientSqliteDriver extends SqliteDriver {
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.rollbackTransaction(connection)
    } catch (error) {
      if (!String(error).includes('no transaction is active')) throw error
    }
  }
}

class AtomicSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}
