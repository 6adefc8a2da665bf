import type { Kysely } from 'kysely'
import type { Clock, Log } from '../deps.ts'
import type { Schema } from '../store/schema.ts'
import { RECORDS_KEPT_MS } from './write-records.ts'

export const SWEEP_INTERVAL_MS = 60 * 60 * 1000
/** A process that never lives an hour sweeps too. */
export const SWEEP_FIRST_MS = 60 * 1000
/** So few that a request which meets a step does not notice. */
export const SWEEP_ROWS_MAX = 300
/** Between two steps, so that whatever came meanwhile goes first: the embedded store does one thing at a time. */
export const SWEEP_PAUSE_MS = 50

export interface RecordSweep {
  /** Ends it; resolves when the step under way, if any, is over. */
  close(): Promise<void>
}

/** Forgets answers that nobody asks for any more, a few at a time and beside the requests. What was applied stays known. */
export function createRecordSweep(deps: { db: Kysely<Schema>; clock: Clock; log: Log }): RecordSweep {
  const { db, clock, log } = deps
  let underWay = Promise.resolve()
  let closed = false
  let cancel = clock.after(SWEEP_FIRST_MS, begin)

  function begin(): void {
    underWay = step()
  }

  async function step(): Promise<void> {
    let waitMs = SWEEP_INTERVAL_MS
    try {
      if ((await forgetSome()) === SWEEP_ROWS_MAX) waitMs = SWEEP_PAUSE_MS
    } catch (error) {
      log('warn', 'Old records stay.', { error: String(error) })
    }
    if (!closed) cancel = clock.after(waitMs, begin)
  }

  async function forgetSome(): Promise<number> {
    const { numDeletedRows } = await db
      .deleteFrom('idempotency')
      .where((eb) =>
        eb(
          eb.refTuple('orgId', 'userId', 'key'),
          'in',
          eb
            .selectFrom('idempotency')
            .select(['orgId', 'userId', 'key'])
            .where('createdAt', '<', clock.now() - RECORDS_KEPT_MS)
            // A server of an earlier release, beside this one during a deploy, keeps no mutation: there the record is all.
            .where(({ exists, or, selectFrom }) =>
              or([
                eb('status', '>=', 400),
                exists(
                  selectFrom('mutations')
                    .select('rev')
                    .whereRef('mutations.orgId', '=', 'idempotency.orgId')
                    .whereRef('mutations.userId', '=', 'idempotency.userId')
                    .whereRef('mutations.mutationId', '=', 'idempotency.key'),
                ),
              ]),
            )
            .orderBy('createdAt')
            .limit(SWEEP_ROWS_MAX)
            .$asTuple('orgId', 'userId', 'key'),
        ),
      )
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  }

  return {
    async close() {
      closed = true
      cancel()
      await underWay
    },
  }
}
