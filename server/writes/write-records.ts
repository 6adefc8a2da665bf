import { createHash } from 'node:crypto'
import type { Kysely, Selectable } from 'kysely'
import type { Clock } from '../deps.ts'
import type { Schema } from '../store/schema.ts'

/** Longer than a device is ever offline with writes in its queue. */
export const RECORDS_KEPT_MS = 30 * 24 * 60 * 60 * 1000
const SWEEP_INTERVAL_MS = 60 * 60 * 1000

export type WriteRecord = Selectable<Schema['idempotency']>
export type WriteName = Pick<WriteRecord, 'orgId' | 'userId' | 'key'>

/** Answers of writes that were applied, so that the same key is answered the same and applied once. */
export function createWriteRecords(db: Kysely<Schema>, clock: Clock) {
  let sweptAt = clock.now()

  return {
    find: ({ orgId, userId, key }: WriteName): Promise<WriteRecord | undefined> =>
      db
        .selectFrom('idempotency')
        .selectAll()
        .where('orgId', '=', orgId)
        .where('userId', '=', userId)
        .where('key', '=', key)
        .executeTakeFirst(),
    /** In the transaction of the write itself: both are kept or neither is. */
    async keep(trx: Kysely<Schema>, record: WriteRecord): Promise<void> {
      await trx.insertInto('idempotency').values(record).execute()
    },
    /** At most once an hour, after somebody's write. */
    async sweep(): Promise<void> {
      const now = clock.now()
      if (now - sweptAt < SWEEP_INTERVAL_MS) return
      sweptAt = now
      await db
        .deleteFrom('idempotency')
        .where('createdAt', '<', now - RECORDS_KEPT_MS)
        .execute()
    },
  }
}

/** What makes a request the same request: another body or another rev under the same key is a mistake of the caller. */
export function fingerprintOf(method: string, path: string, ifMatch: string, body: string): string {
  return createHash('sha256').update([method, path, ifMatch, body].join('\n')).digest('base64url')
}
