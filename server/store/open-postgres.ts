import { Pool, types } from 'pg'
import type { Log } from '../deps.ts'

const INT8: number = types.builtins.INT8
const CONNECTIONS_MAX = 10

/** `bigint` is read as a number: instants, money and counts all stay below 2^53. */
export function openPostgres(connectionString: string, log: Log): Pool {
  const getTypeParser = (oid: Parameters<typeof types.getTypeParser>[0], format?: 'text' | 'binary') =>
    (oid as number) === INT8 ? Number : (types.getTypeParser(oid, format) as (text: string) => unknown)
  const pool = new Pool({
    connectionString,
    max: CONNECTIONS_MAX,
    types: { getTypeParser: getTypeParser as typeof types.getTypeParser },
  })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', (error) => log('warn', 'A connection to the database broke.', { error: error.message }))
  return pool
}
