import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { DailyApprovals, ProfitLoss, TodayPending, type TransactionRow } from '../../worker/wire/finance.ts'
import { problemOf } from '../support/auth-client.ts'
import { createDomainWorld, type DomainWorld, type Member } from '../support/domain-world.ts'

const TODAY = '2026-01-15'
const DAY_MS = 24 * 60 * 60 * 1000

let world: DomainWorld
let members: Member[]
let stored: TransactionRow[]
beforeAll(async () => {
  world = await createDomainWorld()
  const names = ['owner@acme.test', 'manager@acme.test', 'staff2@acme.test', 'owner@globex.test']
  members = await Promise.all(names.map((name) => world.member(name)))
  const { db } = world.server.store
  await db
    .insertInto('transactions')
    .values(foreignMoney(await db.selectFrom('transactions').selectAll().execute()))
    .execute()
  stored = await db.selectFrom('transactions').selectAll().execute()
})
afterAll(() => world.close())

/** Every third row again in another currency, sums of which leave 32 bits. */
function foreignMoney(rows: readonly TransactionRow[]): TransactionRow[] {
  return rows
    .filter((_, n) => n % 3 === 0)
    .map((row, n) => ({
      ...row,
      id: `${row.id}-f`,
      currency: n % 2 === 0 ? 'JPY' : 'CHF',
      amountMinor: row.amountMinor + 99_000_000_000,
    }))
}

interface Asked {
  propertyId?: string
  from?: string
  to?: string
  status?: string
}

/** The rows behind a figure, found one by one. */
function rowsOf(member: Member, { propertyId, from, to, status }: Asked): TransactionRow[] {
  const granted = new Set(member.login.properties.map(({ id }) => id))
  return stored.filter(
    (row) =>
      row.orgId === member.login.org.id &&
      granted.has(row.propertyId) &&
      (propertyId ?? row.propertyId) === row.propertyId &&
      (status ?? row.status) === row.status &&
      row.occurredOn >= (from ?? '') &&
      row.occurredOn <= (to ?? '9999'),
  )
}

function sums(rows: readonly TransactionRow[]) {
  const of = (type: string) =>
    rows.filter((row) => row.type === type).reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const [revenueMinor, expenseMinor] = [of('revenue'), of('expense')]
  return { revenueMinor, expenseMinor, netMinor: revenueMinor - expenseMinor }
}

/** In any order of equals: the busiest first, then by name. */
function totals(rows: readonly TransactionRow[]) {
  return [...new Set(rows.map(({ currency }) => currency))]
    .map((currency) => rows.filter((row) => row.currency === currency))
    .map((own) => ({ currency: own[0]!.currency, count: own.length, ...sums(own) }))
    .toSorted((a, b) => b.count - a.count || (a.currency < b.currency ? -1 : 1))
}

async function ask<S extends v.ObjectEntries>(member: Member, name: string, asked: object, entries: S) {
  const query = new URLSearchParams(Object.entries(asked)).toString()
  const reply = await member.get(`/api/finance/${name}?${query}`)
  return v.parse(v.strictObject(entries), await reply.json())
}

const day = fc.integer({ min: -95, max: 5 }).map((n) => {
  const at = Date.UTC(2026, 0, 15) + n * DAY_MS
  return new Date(at).toISOString().slice(0, 10)
})
const propertyId = fc.constantFrom('acme-p1', 'acme-p2', 'acme-p4', 'globex-p1', 'nowhere')
const who = fc.nat(3)

describe('what the figures say is what the rows say', () => {
  test('profit and loss: approved rows of the range, by currency and by day', async () => {
    const range = fc.record({ propertyId, from: day, to: day }, { requiredKeys: [] })
    const law = fc.asyncProperty(who, range, async (n, asked) => {
      const member = members[n]!
      const rows = rowsOf(member, { ...asked, status: 'approved' })
      const dates = [...new Set(rows.map(({ occurredOn }) => occurredOn))].toSorted()
      const days = dates.flatMap((date) => {
        const own = rows.filter(({ occurredOn }) => occurredOn === date)
        return totals(own)
          .map(({ count: _count, ...rest }) => ({ date, ...rest }))
          .toSorted((a, b) => (a.currency < b.currency ? -1 : 1))
      })
      expect(await ask(member, 'profit-loss', asked, ProfitLoss.entries)).toEqual({
        from: asked.from ?? null,
        to: asked.to ?? null,
        totals: totals(rows),
        days,
      })
    })
    await fc.assert(law, { numRuns: 60, examples: [[0, {}]] })
  })

  const ofDay = fc.record({ propertyId, date: day }, { requiredKeys: [] })

  test('what waits: of the day, and of all days', async () => {
    const law = fc.asyncProperty(who, ofDay, async (n, asked) => {
      const { date = TODAY, ...where } = asked
      const all = rowsOf(members[n]!, { ...where, status: 'pending' })
      const rows = all.filter(({ occurredOn }) => occurredOn === date)
      expect(await ask(members[n]!, 'today-pending', asked, TodayPending.entries)).toEqual({
        date,
        count: rows.length,
        allCount: all.length,
        totals: totals(rows),
      })
    })
    await fc.assert(law, { numRuns: 40, examples: [[0, {}]] })
  })

  test('what was decided about a day', async () => {
    const law = fc.asyncProperty(who, ofDay, async (n, asked) => {
      const { date = TODAY, ...where } = asked
      const rows = rowsOf(members[n]!, { ...where, from: date, to: date })
      const having = (status: string) => rows.filter((row) => row.status === status)
      expect(await ask(members[n]!, 'daily-approvals', asked, DailyApprovals.entries)).toEqual({
        date,
        approvedCount: having('approved').length,
        rejectedCount: having('rejected').length,
        pendingCount: having('pending').length,
        totals: totals(having('approved')),
      })
    })
    await fc.assert(law, { numRuns: 40, examples: [[0, {}]] })
  })

  test('and there is something to add up', () => {
    const approved = rowsOf(members[0]!, { status: 'approved' })
    expect(
      totals(approved)
        .map(({ currency }) => currency)
        .toSorted(),
    ).toEqual(['CHF', 'JPY', 'USD'])
    expect(totals(approved)[1]!.revenueMinor).toBeGreaterThan(2 ** 32)
    expect(rowsOf(members[0]!, { status: 'pending', from: TODAY }).length).toBeGreaterThan(3)
  })
})

test.each(['profit-loss?from=soon', 'today-pending?date=2026-13-01', 'daily-approvals?propertyId=a%2Fb'])(
  '%s is refused',
  async (query) => {
    expect(await problemOf(await members[0]!.get(`/api/finance/${query}`))).toBe('400 bad_request')
  },
)
