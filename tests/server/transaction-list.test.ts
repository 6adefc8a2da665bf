import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { TransactionPage, type TransactionFilter, type TransactionRow } from '../../worker/wire/finance.ts'
import { problemOf } from '../support/auth-client.ts'
import { createDomainWorld, type DomainWorld, type Member } from '../support/domain-world.ts'

const PATH = '/api/finance/transactions'
const Page = v.strictObject(TransactionPage.entries)

let world: DomainWorld
let owner: Member
let staff: Member
let stored: TransactionRow[]
beforeAll(async () => {
  world = await createDomainWorld()
  owner = await world.member('owner@acme.test')
  staff = await world.member('staff1@acme.test')
  stored = await world.server.store.db.selectFrom('transactions').selectAll().execute()
})
afterAll(() => world.close())

const pageOf = async (member: Member, query: Record<string, string> = {}) =>
  v.parse(Page, await (await member.get(`${PATH}?${new URLSearchParams(query).toString()}`)).json())

/** Every page, each asked for with the mark of the one before. */
async function pagesOf(
  member: Member,
  query: Record<string, string>,
  between?: (page: number) => Promise<void>,
): Promise<TransactionRow[][]> {
  const pages: TransactionRow[][] = []
  let next: string | null = ''
  while (next !== null) {
    const page: TransactionPage = await pageOf(member, { ...query, ...(next ? { after: next } : {}) })
    pages.push(page.rows)
    next = page.next
    await between?.(pages.length)
  }
  return pages
}

/** Written apart from the query under test. */
function expected(rows: readonly TransactionRow[], member: Member, filter: TransactionFilter = {}) {
  const granted = member.login.properties.map(({ id }) => id)
  return rows
    .filter(
      (row) =>
        row.orgId === member.login.org.id &&
        granted.includes(row.propertyId) &&
        (filter.propertyId ?? row.propertyId) === row.propertyId &&
        (filter.status ?? row.status) === row.status &&
        (filter.type ?? row.type) === row.type &&
        (filter.from ?? row.occurredOn) <= row.occurredOn &&
        (filter.to ?? row.occurredOn) >= row.occurredOn,
    )
    .toSorted((a, b) => order(b.occurredOn, a.occurredOn) || b.createdAt - a.createdAt || order(b.id, a.id))
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

describe('what is shown', () => {
  test('is the newest 200, unless asked otherwise', async () => {
    expect((await pageOf(owner)).rows).toEqual(expected(stored, owner).slice(0, 200))
    expect((await pageOf(owner, { limit: '3' })).rows).toEqual(expected(stored, owner).slice(0, 3))
    expect((await pageOf(owner, { limit: '99999' })).rows).toHaveLength(1000)
  })

  test.each(['owner', 'manager', 'staff1', 'staff3'])(
    'to %s is of their organisation and properties',
    async (name) => {
      for (const org of ['acme', 'globex']) {
        const member = await world.member(`${name}@${org}.test`)
        expect((await pagesOf(member, { limit: '1000' })).flat()).toEqual(expected(stored, member))
      }
    },
  )

  test('a filter narrows, and never widens', async () => {
    expect((await pageOf(staff, { propertyId: 'acme-p2' })).rows).toEqual([])
    expect((await pageOf(owner, { propertyId: 'globex-p1' })).rows).toEqual([])
    const stranger = await world.member('owner@globex.test')
    expect((await pageOf(stranger, { propertyId: 'acme-p1' })).rows).toEqual([])
  })

  test('a grant on another organisation’s property shows nothing of it', async () => {
    const grant = { userId: 'acme-staff2', propertyId: 'globex-p1' }
    await world.server.store.db.insertInto('userProperties').values(grant).execute()
    const member = await world.member('staff2@acme.test')
    expect(member.login.properties).toHaveLength(2)
    for (const path of [PATH, '/api/tasks']) {
      const reply = await member.get(`${path}?propertyId=globex-p1`)
      expect(await reply.json()).toMatchObject({ rows: [], next: null })
    }
  })

  test('somebody without a property sees nothing', async () => {
    const { db } = world.server.store
    const grants = db.deleteFrom('userProperties').where('userId', '=', 'globex-staff3')
    await grants.execute()
    const nobody = await world.member('staff3@globex.test')
    expect(await pageOf(nobody)).toMatchObject({ rows: [], next: null })
    expect(await (await nobody.get('/api/tasks')).json()).toMatchObject({ rows: [], next: null })
    expect(await (await nobody.get('/api/finance/today-pending')).json()).toMatchObject({ allCount: 0 })
  })

  test.each([
    'limit=0',
    'limit=-1',
    'limit=1.5',
    'limit=ten',
    'from=2026-02-30',
    'to=today',
    'status=open',
    'type=gift',
    'propertyId=a%20b',
    'after=nonsense',
    `after=${Buffer.from('["2026-01-01",1]').toString('base64url')}`,
    `after=${Buffer.from('["2026-01-01","1","x"]').toString('base64url')}`,
    `after=${Buffer.from('["2026-01-01",1e400,"x"]').toString('base64url')}`,
    String.raw`after=${Buffer.from('["2026-01-01",1,"\u0000"]').toString('base64url')}`,
  ])('%s is refused', async (query) => {
    expect(await problemOf(await owner.get(`${PATH}?${query}`))).toBe('400 bad_request')
  })
})

const days = ['2001-01-01', '2001-01-02', '2001-01-03']
/** Few values each, so that ties are common. */
const rowFrom = fc.record({
  id: fc.stringMatching(/^[A-Za-z0-9_-]{1,5}$/),
  occurredOn: fc.constantFrom(...days),
  createdAt: fc.constantFrom(1000, 2000),
  propertyId: fc.constantFrom('acme-p1', 'acme-p2', 'globex-p1'),
  type: fc.constantFrom('revenue' as const, 'expense' as const),
  status: fc.constantFrom('pending' as const, 'approved' as const),
})
const filterFrom = fc.record(
  {
    propertyId: fc.constantFrom('acme-p1', 'acme-p2'),
    status: fc.constantFrom('pending' as const, 'approved' as const),
    type: fc.constantFrom('revenue' as const, 'expense' as const),
  },
  { requiredKeys: [] },
)
type Generated = typeof rowFrom extends fc.Arbitrary<infer R> ? R : never

function whole({ propertyId, ...row }: Generated): TransactionRow {
  const orgId = propertyId.split('-')[0]!
  const rest = { rev: 1, amountMinor: 1, currency: 'USD', description: '', updatedAt: 1 }
  return { ...rest, ...row, id: `z${row.id}`, orgId, propertyId, createdBy: `${orgId}-owner` }
}

describe('pages', () => {
  const range = { from: days[0]!, to: days[2]! }
  const clear = () =>
    world.server.store.db.deleteFrom('transactions').where('occurredOn', '<=', range.to).execute()

  test('put together are the whole list in order, each row once, whatever the filter and the size', async () => {
    const some = fc.uniqueArray(rowFrom, { selector: ({ id }) => id, minLength: 1, maxLength: 25 })
    const law = fc.asyncProperty(
      some,
      filterFrom,
      fc.integer({ min: 1, max: 7 }),
      async (drawn, filter, limit) => {
        await clear()
        const rows = drawn.map(whole)
        await world.server.store.db.insertInto('transactions').values(rows).execute()
        const asked = { ...range, ...filter }
        const pages = await pagesOf(owner, { ...asked, limit: String(limit) })
        const list = expected(rows, owner, asked)
        expect(pages.flat()).toEqual(list)
        // No page is asked for in vain, and none but the last is short.
        expect(pages).toHaveLength(Math.max(1, Math.ceil(list.length / limit)))
      },
    )
    await fc.assert(law, { numRuns: 60 })
    await clear()
  })

  test('show every row once that was there all along, while others come and go', async () => {
    await clear()
    const rows = Array.from({ length: 12 }, (_, n) =>
      whole({
        id: `m${String(n).padStart(2, '0')}`,
        occurredOn: days[n % 3]!,
        createdAt: 1000,
        propertyId: 'acme-p1',
        type: 'revenue',
        status: 'approved',
      }),
    )
    const { db } = world.server.store
    await db.insertInto('transactions').values(rows).execute()
    const between = async (page: number) => {
      const late = days.map((day) => ({ ...rows[0]!, id: `zlate${page}${day}`, occurredOn: day }))
      await db.insertInto('transactions').values(late).execute()
      await db
        .deleteFrom('transactions')
        .where('id', 'like', `zlate${page - 1}%`)
        .execute()
    }
    const shown = (await pagesOf(owner, { ...range, limit: '2' }, between)).flat()
    const ids = shown.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const own = rows.map(({ id }) => id)
    expect(ids.filter((id) => own.includes(id))).toEqual(expected(rows, owner).map(({ id }) => id))
    await clear()
  })
})
