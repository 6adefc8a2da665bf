import Database from 'libsql'
import type { SqliteDatabase } from 'kysely'

/**
 * The embedded store: WAL lets readers and the writer pass each other, FULL makes a commit survive a power cut. The driver
 * carries its binary, so that an install needs no compiler.
 */
export function openSqlite(file: string): SqliteDatabase {
  const database = new Database(file)
  for (const pragma of [
    'journal_mode = WAL',
    'synchronous = FULL',
    'foreign_keys = ON',
    'busy_timeout = 5000',
  ]) {
    database.pragma(pragma)
  }
  return database
}
