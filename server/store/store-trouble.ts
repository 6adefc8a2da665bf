/**
 * What a store says when it cannot take or give anything just now, and may again: a full or failing disk, a lock that is
 * held too long, a server that is full, restarting or not there. (SQLite result codes; PostgreSQL appendix A classes 08
 * connection, 53 resources, 57P shutdown; the system's own errors of a connection.)
 */
const PASSING =
  /^(?:SQLITE_(?:FULL|IOERR|BUSY|LOCKED|CANTOPEN|READONLY|NOMEM)|08|53|57P|ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN)/

/** Whether the same request may succeed later, although nothing is wrong with us. */
export function isStoreTrouble(error: unknown): boolean {
  return error instanceof Error && 'code' in error && PASSING.test(String(error.code))
}
