import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import { problemOf } from '../support/auth-client.ts'
import { createTestServer } from '../support/server.ts'
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
let staff: Member
let stranger: Member
let row: TransactionRow

beforeAll(async () => {
  world = await createDomainWorld()
  owner = await world.member('owner@acme.test')
  staff = await world.member('staff1@acme.test')
  stranger = await world.member('owner@globex.test')
  row = (await (await owner.write('POST', LEDGER, { json: entry })).json()) as TransactionRow
})
afterAll(() => world.close())

test('V4.1.2 a body that names a role, an organisation or an author is refused', async () => {
  for (const more of [
    { orgId: 'globex' },
    { status: 'approved' },
    { createdBy: staff.id },
    { rev: 9 },
    { role: 'owner' },
  ])
    expect(await problemOf(await owner.write('POST', LEDGER, { json: { ...entry, ...more } }))).toBe(
      '422 validation_failed',
    )
})

test('V4.1.3 staff approve and reject nothing', async () => {
  const { propertyId = '' } = { propertyId: staff.login.properties[0]?.id }
  const own = await staff.write('POST', LEDGER, { json: { ...entry, propertyId } })
  const { id } = (await own.json()) as TransactionRow
  for (const verb of ['approve', 'reject'])
    expect(await problemOf(await staff.write('POST', `${LEDGER}/${id}/${verb}`, { rev: 1 }))).toBe(
      '403 forbidden',
    )
})

test('V4.1.3 what is for owners is for nobody else', async () => {
  for (const path of ['/auth/audit', '/finance/realtime/metrics', '/telemetry/summary', '/tenant-metrics'])
    expect(await problemOf(await staff.get(path))).toBe('403 forbidden')
})

test('V4.1.5 figures by organisation are told to nobody without a token, nor with one that ran out or was ended', async () => {
  const server = await createTestServer({ env: { OPERATOR_KEY: 'the key of the operator' } })
  const ask = (token?: string) =>
    server.request('/tenant-metrics', token === undefined ? {} : { token }).then(problemOf)
  const [ended, old] = [await server.login(), await server.login()]
  await server.request(`/auth/sessions/${ended.sh}`, { method: 'DELETE', token: ended.token })
  expect(await ask()).toBe('401 auth_missing')
  expect(await ask(ended.token)).toBe('401 session_revoked')
  await server.clock.advance(600_000)
  expect(await ask(old.token)).toBe('401 token_expired')
  await server.close()
})

test('V4.2.1 a row of another organisation is not there, for every verb', async () => {
  const at = `${LEDGER}/${row.id}`
  const replies = [
    await stranger.write('PATCH', at, { rev: 1, json: { description: 'mine' } }),
    await stranger.write('DELETE', at, { rev: 1 }),
    await stranger.write('POST', `${at}/approve`, { rev: 1 }),
    await stranger.write('POST', `${at}/reject`, { rev: 1 }),
  ]
  for (const reply of replies) expect(await problemOf(reply)).toBe('404 not_found')
})

test('V4.2.1 figures of another organisation are told to no owner, whatever is asked for', async () => {
  await stranger.get('/realtime/subscribe?p=poller-0001&wait=0')
  for (const query of ['', '?org=globex', '?orgId=globex', '?by=published&top=50', '?rows=globex'])
    for (const headers of [{}, { 'Rt-Org': 'globex', 'X-Org-Id': 'globex' }]) {
      const told = (await (await owner.get(`/tenant-metrics${query}`, headers)).json()) as {
        orgs?: number
        rows: { org: string }[]
      }
      expect(told.rows.map(({ org }) => org)).toEqual(['acme'])
      expect(told.orgs).toBeUndefined()
    }
})

test('V4.2.1 a property of another organisation can be neither read, written to nor moved to', async () => {
  const foreign = stranger.login.properties[0]?.id ?? ''
  const list = (await (await owner.get(`${LEDGER}?propertyId=${foreign}`)).json()) as { rows: unknown[] }
  expect(list.rows).toEqual([])
  expect((await owner.write('POST', LEDGER, { json: { ...entry, propertyId: foreign } })).status).toBe(403)
  const moved = await owner.write('PATCH', `${LEDGER}/${row.id}`, { rev: 1, json: { propertyId: foreign } })
  expect(moved.status).toBe(403)
  const poll = await owner.get(`/realtime/subscribe?p=poller-0001&wait=0&properties=${foreign}`)
  expect(await problemOf(poll)).toBe('403 forbidden_property')
})

test('V4.2.1 the kept answer of a write is given to its own author alone', async () => {
  const key = 'd0000000-0000-4000-8000-000000000001'
  await owner.write('POST', LEDGER, { json: { ...entry, description: 'Confidential' }, key })
  for (const other of [staff, stranger]) {
    const reply = await other.write('POST', LEDGER, { json: { ...entry, description: 'Confidential' }, key })
    expect(reply.headers.get('idempotency-replayed')).toBeNull()
  }
})

test('V4.2.1 a write queued by one person is not sent by the next', async () => {
  const reply = await staff.write('POST', LEDGER, { json: entry, headers: { 'Rt-Actor': owner.id } })
  expect(await problemOf(reply)).toBe('403 actor_mismatch')
})

test('V4.2.1 a session of somebody else can be neither seen nor ended', async () => {
  const { token } = staff.login
  const reply = await world.server.request(`/auth/sessions/${owner.login.sh}`, { method: 'DELETE', token })
  expect(await problemOf(reply)).toBe('404 not_found')
  expect((await owner.get('/auth/me')).status).toBe(200)
})

test('V4.2.2 a page of another site signs nobody in, refreshes nothing and signs nobody out', async () => {
  const { cookie, sh } = await world.server.login('staff3@acme.test')
  const evil = { Origin: 'https://evil.test', 'Rt-Client': '1', 'Sec-Fetch-Site': 'cross-site' }
  for (const path of ['/auth/login', '/auth/refresh', '/auth/logout']) {
    const reply = await world.server.request(path, { method: 'POST', headers: evil, cookie, json: { sh } })
    expect(await problemOf(reply)).toBe('403 bad_origin')
  }
})
