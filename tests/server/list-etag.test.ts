import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { TransactionPage, type TransactionRow } from '../../worker/wire/finance.ts'
import { parseCursor } from '../../server/realtime/cursor.ts'
import { createDomainWorld, type DomainWorld, type Member } from '../support/domain-world.ts'

const PATH = '/api/finance/transactions'
const entry = {
  propertyId: 'acme-p4',
  type: 'expense',
  amountMinor: 5,
  currency: 'USD',
  description: 'Stamps',
  occurredOn: '2026-01-15',
}

let world: DomainWorld
let owner: Member
let staff: Member
beforeAll(async () => {
  world = await createDomainWorld()
  owner = await world.member('owner@acme.test')
  staff = await world.member('staff1@acme.test')
})
afterAll(() => world.close())

describe('etag', () => {
  const get = (tag?: string, query = '') =>
    owner.get(`${PATH}?limit=20${query}`, tag === undefined ? {} : { 'If-None-Match': tag })
  test('is weak, and a list that has not changed is not sent again', async () => {
    const tag = (await get()).headers.get('etag')!
    expect(tag).toMatch(/^W\/"[\w-]+"$/)
    const again = await get(tag)
    expect(again.status).toBe(304)
    expect(await again.text()).toBe('')
    expect(again.headers.get('etag')).toBe(tag)
    expect((await get(`"other", ${tag}`)).status).toBe(304)
    expect((await get('"other"')).status).toBe(200)
  })

  test('says nothing of what happened elsewhere in the organisation', async () => {
    const tag = (await get(undefined, '&to=2025-12-31')).headers.get('etag')!
    await staff.write('POST', PATH, { json: { ...entry, propertyId: 'acme-p1' } })
    expect((await get(tag, '&to=2025-12-31')).status).toBe(304)
  })

  test('is another after every change of a row, and for another question', async () => {
    const tags = new Set<string | null>()
    const note = async (query = '') => tags.add((await get(undefined, query)).headers.get('etag'))
    await note()
    const row = (await (await owner.write('POST', PATH, { json: entry })).json()) as TransactionRow
    await note()
    await owner.write('POST', `${PATH}/${row.id}/approve`, { rev: 1 })
    await note()
    await note('&propertyId=globex-p1')
    await note('&propertyId=globex-p2')
    expect(tags.size).toBe(5)
  })
})

test('the cursor of a list was taken before its rows: a change in between is told again, never missed', async () => {
  const { broker } = world.server
  const { position } = broker
  let row: TransactionRow | null = null
  broker.position = async (orgId) => {
    const taken = await position(orgId)
    broker.position = position
    row = (await (await owner.write('POST', PATH, { json: entry })).json()) as TransactionRow
    return taken
  }
  const page = v.parse(TransactionPage, await (await owner.get(PATH)).json())
  expect(page.rows).toContainEqual(row)
  const read = await broker.read('acme', parseCursor(page.cursor)!, { events: 10, bytes: 1_000_000 })
  expect(read).toMatchObject({ kind: 'events', events: [{ type: 'transaction.created', data: row }] })
})
