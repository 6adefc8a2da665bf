import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Store } from '../../server/store/open-store.ts'
import {
  createRecordSweep,
  SWEEP_FIRST_MS,
  SWEEP_INTERVAL_MS,
  SWEEP_PAUSE_MS,
  SWEEP_ROWS_MAX,
  type RecordSweep,
} from '../../server/writes/record-sweep.ts'
import { RECORDS_KEPT_MS } from '../../server/writes/write-records.ts'
import { openTestStore } from '../support/test-store.ts'
import { createVirtualClock, type VirtualClock } from '../support/virtual-clock.ts'

const SQLITE_VARIABLES_MAX = 4000

let clock: VirtualClock
let store: Store
let drop: () => Promise<void>
let warnings: string[]
let sweep: RecordSweep
beforeEach(async () => {
  clock = createVirtualClock()
  ;({ store, drop } = await openTestStore())
  warnings = []
  sweep = createRecordSweep({ db: store.db, clock, log: (_level, text) => void warnings.push(text) })
})
afterEach(async () => {
  await sweep.close()
  await drop()
})

/** Records of that age, each of a person of its own. */
async function keep(count: number, ageMs: number): Promise<void> {
  const records = Array.from({ length: count }, (_, n) => ({
    orgId: 'acme',
    userId: `u${n}`,
    key: `${ageMs}`,
    fingerprint: 'f',
    status: 412,
    body: '{}',
    etag: null,
    createdAt: clock.now() - ageMs,
  }))
  for (let at = 0; at < count; at += SQLITE_VARIABLES_MAX / 8)
    await store.db
      .insertInto('idempotency')
      .values(records.slice(at, at + SQLITE_VARIABLES_MAX / 8))
      .execute()
}

/** Lets the step that a timer has begun come to its end, also at a store elsewhere: its next timer is then set. */
async function step(ms: number): Promise<number> {
  await clock.advance(ms)
  while (clock.pending() === 0) await store.ping()
  return (await store.db.selectFrom('idempotency').select('key').execute()).length
}

describe('the sweep of records', () => {
  test('forgets what is older than forty-five days and nothing younger', async () => {
    expect(RECORDS_KEPT_MS).toBe(45 * 86_400_000)
    await keep(2, RECORDS_KEPT_MS)
    await keep(3, RECORDS_KEPT_MS - SWEEP_FIRST_MS)
    expect(await step(SWEEP_FIRST_MS)).toBe(3)
    expect(await step(SWEEP_INTERVAL_MS)).toBe(0)
  })

  test('takes few rows a step and rests between steps, the oldest first', async () => {
    await keep(SWEEP_ROWS_MAX + 10, RECORDS_KEPT_MS + 1000)
    await keep(SWEEP_ROWS_MAX, RECORDS_KEPT_MS + 2000)
    expect(await step(SWEEP_FIRST_MS)).toBe(SWEEP_ROWS_MAX + 10)
    const left = await store.db.selectFrom('idempotency').select('key').distinct().execute()
    expect(left).toEqual([{ key: `${RECORDS_KEPT_MS + 1000}` }])
    expect(await step(SWEEP_PAUSE_MS - 1)).toBe(SWEEP_ROWS_MAX + 10)
    expect(await step(1)).toBe(10)
    expect(await step(SWEEP_PAUSE_MS)).toBe(0)
  })

  test('leaves what was applied known for ever: a record that nothing else speaks for stays', async () => {
    const name = { orgId: 'acme', userId: 'u', fingerprint: 'f', status: 201 as const }
    const at = clock.now() - RECORDS_KEPT_MS
    const row = { topic: 'finance' as const, rowId: 'r', rev: 1, before: '{}', at }
    await store.db
      .insertInto('mutations')
      .values({ ...name, ...row, mutationId: 'known' })
      .execute()
    for (const key of ['known', 'not known'])
      await store.db
        .insertInto('idempotency')
        .values({ ...name, key, body: '{}', etag: null, createdAt: at })
        .execute()
    expect(await step(SWEEP_FIRST_MS)).toBe(1)
    const left = await store.db.selectFrom('idempotency').select('key').execute()
    expect(left).toEqual([{ key: 'not known' }])
    expect(await store.db.selectFrom('mutations').selectAll().execute()).toHaveLength(1)
  })

  test('that fails says so and is there again an hour later', async () => {
    const { schema } = store.db
    await keep(1, RECORDS_KEPT_MS)
    await schema.alterTable('idempotency').renameTo('elsewhere').execute()
    await clock.advance(SWEEP_FIRST_MS)
    while (clock.pending() === 0) await store.ping()
    expect(warnings).toEqual(['Old records stay.'])
    await schema.alterTable('elsewhere').renameTo('idempotency').execute()
    expect(await step(SWEEP_INTERVAL_MS)).toBe(0)
  })

  test('that is closed waits for the step under way and begins no other', async () => {
    await keep(SWEEP_ROWS_MAX * 2, RECORDS_KEPT_MS + 1)
    const order: string[] = []
    let closing = Promise.resolve()
    await store.db.transaction().execute(async (trx) => {
      // The embedded store is held by any transaction, the other by this word.
      if (store.dialect === 'postgres') await sql`lock table "idempotency" in exclusive mode`.execute(trx)
      await clock.advance(SWEEP_FIRST_MS)
      closing = sweep.close().then(() => void order.push('closed'))
      await clock.advance(0)
      order.push('let go')
    })
    await closing
    expect(order).toEqual(['let go', 'closed'])
    expect(clock.pending()).toBe(0)
    expect(await store.db.selectFrom('idempotency').select('key').execute()).toHaveLength(SWEEP_ROWS_MAX)
  })
})
