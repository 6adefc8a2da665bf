import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import { problemOf } from '../support/auth-client.ts'
import { createDomainWorld, type DomainWorld, type Member } from '../support/domain-world.ts'

const LEDGER = '/api/finance/transactions'
const entry = {
  propertyId: 'acme-p1',
  type: 'expense',
  amountMinor: 100,
  currency: 'USD',
  description: 'Stamps',
  occurredOn: '2026-01-15',
}
let world: DomainWorld
let owner: Member
beforeAll(async () => {
  world = await createDomainWorld()
  owner = await world.member('owner@acme.test')
})
afterAll(() => world.close())

const send = (body: string) =>
  world.server.request(LEDGER, {
    method: 'POST',
    token: owner.login.token,
    body,
    headers: {
      'Content-Type': 'application/json',
      'Idempotency-Key': 'd0000000-0000-4000-8000-000000000009',
      'Rt-Actor': owner.id,
    },
  })

test('V5.1.1 a parameter that is given twice widens nothing', async () => {
  const { login } = await world.member('staff1@acme.test')
  const own = login.properties[0]?.id ?? ''
  const reply = await world.server.request(`${LEDGER}?propertyId=${own}&propertyId=acme-p5`, {
    token: login.token,
  })
  const { rows } = (await reply.json()) as { rows: TransactionRow[] }
  expect(new Set(rows.map(({ propertyId }) => propertyId))).toEqual(new Set([own]))
})

test('V5.1.2 a key named __proto__ or constructor changes no object of the server', async () => {
  const body = JSON.stringify(entry).replace('{', '{"__proto__":{"role":"owner"},"constructor":{"x":1},')
  expect(await problemOf(await send(body))).toBe('422 validation_failed')
  expect(({} as { role?: string }).role).toBeUndefined()
})

test.each([
  ['amountMinor', -1],
  ['amountMinor', 0.1],
  ['amountMinor', 1e21],
  ['amountMinor', '100'],
  ['currency', 'usd'],
  ['description', ''],
  ['description', 'a\0b'],
  ['description', 'x'.repeat(201)],
  ['occurredOn', '2026-02-30'],
  ['type', 'toString'],
  ['propertyId', ['acme-p1']],
])('V5.1.3 %s: %j is refused', async (field, value) => {
  const reply = await owner.write('POST', LEDGER, { json: { ...entry, [field]: value } })
  expect(await problemOf(reply)).toBe('422 validation_failed')
})

test('V5.3.3 markup is kept as the text it is and comes back as JSON that no browser takes for a page', async () => {
  const description = '<img src=x onerror=alert(1)>'
  const reply = await owner.write('POST', LEDGER, { json: { ...entry, description } })
  expect(reply.headers.get('content-type')).toBe('application/json')
  expect(reply.headers.get('x-content-type-options')).toBe('nosniff')
  expect(((await reply.json()) as TransactionRow).description).toBe(description)
})

test.each(["' or 1=1 --", '"; drop table users; --', "x') union select passwordHash from users --"])(
  'V5.3.4 %j is a text to the store, wherever it stands',
  async (sql) => {
    const reply = await owner.write('POST', LEDGER, { json: { ...entry, description: sql } })
    expect(((await reply.json()) as TransactionRow).description).toBe(sql)
    expect((await owner.get(`${LEDGER}?propertyId=${encodeURIComponent(sql)}`)).status).toBe(400)
    const gone = await owner.write('DELETE', `${LEDGER}/${encodeURIComponent(sql)}`, { rev: 1 })
    expect(await problemOf(gone)).toBe('404 not_found')
    const mark = Buffer.from(JSON.stringify([sql, 1, sql])).toString('base64url')
    expect([200, 400]).toContain((await owner.get(`${LEDGER}?after=${mark}`)).status)
  },
)

test('V5.5.3 a body nested without end is refused before it is taken apart', async () => {
  expect(await problemOf(await send('['.repeat(60_000)))).toBe('400 bad_request')
})
