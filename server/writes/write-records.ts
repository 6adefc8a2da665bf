import { createHash } from 'node:crypto'
import type { Kysely, Selectable } from 'kysely'
import type { Schema } from '../store/schema.ts'

/** Longer than a device is commonly offline with writes in its queue; what comes later is known by its mutation. */
export const RECORDS_KEPT_MS = 45 * 24 * 60 * 60 * 1000

export type WriteRecord = Selectable<Schema['idempotency']>
export type WriteName = Pick<WriteRecord, 'orgId' | 'userId' | 'key'>

export interface WriteRecords {
  /** In the transaction of the write itself: both are kept or neither is. Rejects when the key has a record. */
  keep(trx: Kysely<Schema>, record: WriteRecord): Promise<void>
  /** Of a write that changed nothing. False when the key has a record already, which then stands. */
  keepIfFirst(record: WriteRecord): Promise<boolean>
}

/** Answers of writes, so that the same key is answered the same and applied once. */
export function createWriteRecords(db: Kysely<Schema>): WriteRecords {
  return {
    async keep(trx, record) {
      await trx.insertInto('idempotency').values(record).execute()
    },
    async keepIfFirst(record) {
      const { numInsertedOrUpdatedRows: kept } = await db
        .insertInto('idempotency')
        .values(record)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow()
      return kept === 1n
    },
  }
}

/**
 * What makes a request the same request: another body, or another state of the row that was `seen`, under the same key is a
 * mistake of the caller.
 */
export function fingerprintOf(method: string, path: string, seen: string, body: string): string {
  return createHash('sha256').update([method, path, seen, body].join('\n')).digest('base64url')
}
