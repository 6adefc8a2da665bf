import { afterEach, describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { TransactionRow } from '../../worker/wire/finance.ts'
import { TaskRow } from '../../worker/wire/tasks.ts'
import { seedDemo } from '../../server/store/demo-data.ts'
import type { Store } from '../../server/store/open-store.ts'
import { openTestStore } from '../support/test-store.ts'

const TABLES = ['orgs', 'properties', 'users', 'userProperties', 'transactions', 'tasks'] as const
const EVENING = Date.UTC(2026, 0, 15, 20)

let drops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const drop of drops) await drop()
  drops = []
})

async function seeded(now = EVENING, times = 1) {
  const { store, drop } = await openTestStore()
  drops.push(drop)
  const plain: string[] = []
  const hashPassword = async (password: string) => {
    plain.push(password)
    return `hash ${plain.length}`
  }
  const clock = { now: () => now, monotonicMs: () => 0, after: () => () => {} }
  for (let n = 0; n < times; n += 1) await seedDemo({ store, clock, hashPassword })
  return { store, plain }
}

async function dump({ db }: Store) {
  const tables: Record<string, string[]> = {}
  for (const table of TABLES) {
    const rows = await db.selectFrom(table).selectAll().execute()
    tables[table] = rows.map((row) => JSON.stringify(row)).toSorted()
  }
  return tables
}

const ledger = ({ db }: Store) => db.selectFrom('transactions').selectAll().execute()
const by = <K extends keyof TransactionRow>(rows: TransactionRow[], key: K, value: TransactionRow[K]) =>
  rows.filter((row) => row[key] === value)

describe('demo data', () => {
  test('of the same moment is the same to the last cent', async () => {
    const [one, other] = [await seeded(), await seeded()]
    expect(await dump(one.store)).toEqual(await dump(other.store))
  })

  test('goes into an empty store only', async () => {
    const [once, twice] = [await seeded(), await seeded(EVENING, 2)]
    expect(await dump(twice.store)).toEqual(await dump(once.store))
    expect(twice.plain).toEqual(['standpipe-demo'])
  })

  test('has the accounts that are written on the door', async () => {
    const { store } = await seeded()
    const users = await store.db
      .selectFrom('users')
      .select(['email', 'role', 'passwordHash', 'id'])
      .orderBy('email')
      .execute()
    const grants = await store.db.selectFrom('userProperties').selectAll().execute()
    for (const org of ['acme', 'globex']) {
      const accounts = users
        .filter(({ email }) => email.endsWith(`@${org}.test`))
        .map(({ email, role, id }) => [
          email.split('@')[0],
          role,
          grants.filter(({ userId }) => userId === id).length,
        ])
      expect(accounts).toEqual([
        ['manager', 'manager', 3],
        ['owner', 'owner', 5],
        ['staff1', 'staff', 1],
        ['staff2', 'staff', 1],
        ['staff3', 'staff', 1],
      ])
    }
    expect(new Set(users.map(({ passwordHash }) => passwordHash))).toEqual(new Set(['hash 1']))
  })

  test.each([EVENING, Date.UTC(2026, 0, 15, 0, 0, 1), Date.UTC(2028, 1, 29, 9)])(
    'at %i is a ledger of ninety days with work left to do',
    async (now) => {
      const today = new Date(now).toISOString().slice(0, 10)
      const { store } = await seeded(now)
      for (const [orgId, currency] of [
        ['acme', 'USD'],
        ['globex', 'EUR'],
      ] as const) {
        const rows = by(await ledger(store), 'orgId', orgId)
        expect(rows.length).toBeGreaterThan(1800)
        expect(rows.length).toBeLessThan(2200)
        expect(new Set(rows.map(({ occurredOn }) => occurredOn)).size).toBe(90)
        expect(by(rows, 'currency', currency)).toHaveLength(rows.length)
        const pending = by(rows, 'status', 'pending')
        expect(pending).toHaveLength(40)
        expect(by(pending, 'occurredOn', today).length).toBeGreaterThan(4)
        expect(by(rows, 'status', 'rejected').length).toBeGreaterThan(20)
        expect(by(rows, 'type', 'revenue').length).toBeGreaterThan(rows.length / 3)
        expect(new Set(rows.map(({ propertyId }) => propertyId)).size).toBe(5)
      }
    },
  )

  test('is of the past: nothing was entered or changed after now, nothing before it was entered', async () => {
    for (const now of [EVENING, Date.UTC(2026, 0, 15, 0, 0, 1)]) {
      const { store } = await seeded(now)
      const tasks = await store.db.selectFrom('tasks').selectAll().execute()
      for (const row of [...(await ledger(store)), ...tasks]) {
        expect(row.updatedAt).toBeLessThanOrEqual(now)
        expect(row.updatedAt).toBeGreaterThanOrEqual(row.createdAt)
      }
    }
  })

  test('is what the endpoints themselves would answer and would have taken', async () => {
    const { store } = await seeded()
    const grants = await store.db.selectFrom('userProperties').selectAll().execute()
    const tasks = await store.db.selectFrom('tasks').selectAll().execute()
    const rows = await ledger(store)
    for (const row of rows) v.assert(v.strictObject(TransactionRow.entries), row)
    for (const task of tasks) v.assert(v.strictObject(TaskRow.entries), task)
    const mayEnter = new Set(grants.map(({ userId, propertyId }) => `${userId} ${propertyId}`))
    for (const { createdBy, propertyId } of [...rows, ...tasks])
      expect(mayEnter).toContain(`${createdBy} ${propertyId}`)
    for (const org of ['acme', 'globex']) {
      const own = tasks.filter(({ orgId }) => orgId === org)
      expect(own).toHaveLength(60)
      expect(own.filter(({ status }) => status === 'open').length).toBeGreaterThan(10)
    }
  })
})
