import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import { problemOf } from '../support/auth-client.ts'
import { createDomainWorld, type DomainWorld, type Member } from '../support/domain-world.ts'

const PATH = '/api/finance/transactions'
const entry = {
  propertyId: 'acme-p1',
  type: 'expense',
  amountMinor: 4250,
  currency: 'USD',
  description: 'Keys cut',
  occurredOn: '2026-01-15',
}

let world: DomainWorld
let staff: Member
let owner: Member
beforeAll(async () => {
  world = await createDomainWorld()
})
afterAll(() => world.close())
/** Tokens run out while the clock is moved. */
beforeEach(async () => {
  staff = await world.member('staff1@acme.test')
  owner = await world.member('owner@acme.test')
})

const rows = async () => {
  const { db } = world.server.store
  return (await db.selectFrom('transactions').select('id').execute()).length
}
const created = async (by = staff) =>
  (await (await by.write('POST', PATH, { json: entry })).json()) as TransactionRow

/** What came of it, and that nothing was applied or told. */
async function refused(act: () => Promise<Response>): Promise<string> {
  const before = await rows()
  let problem = ''
  const events = await world.eventsOf('acme', async () => {
    problem = await problemOf(await act())
  })
  expect(events).toEqual([])
  expect(await rows()).toBe(before)
  return problem
}

describe('headers', () => {
  test.each([null, '', 'not-a-uuid', '0190b6e2'])('the key %j is no key', async (key) => {
    const act = () => staff.write('POST', PATH, { json: entry, headers: { 'Idempotency-Key': key } })
    expect(await refused(act)).toBe('400 idempotency_key_required')
  })

  test('a key in upper case is the same key', async () => {
    const key = randomUUID()
    await staff.write('POST', PATH, { json: entry, key })
    const again = await staff.write('POST', PATH, { json: entry, key: key.toUpperCase() })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
  })

  test('a write says who made it', async () => {
    const act = () => staff.write('POST', PATH, { json: entry, headers: { 'Rt-Actor': null } })
    expect(await refused(act)).toBe('400 actor_required')
  })

  test('a write of one person is not applied as another', async () => {
    const act = () => staff.write('POST', PATH, { json: entry, headers: { 'Rt-Actor': owner.id } })
    expect(await refused(act)).toBe('403 actor_mismatch')
  })

  test('another actor is refused before a stored answer is looked for', async () => {
    const key = randomUUID()
    await staff.write('POST', PATH, { json: entry, key })
    const act = () => staff.write('POST', PATH, { json: entry, key, headers: { 'Rt-Actor': owner.id } })
    expect(await refused(act)).toBe('403 actor_mismatch')
  })

  test('an update says which rev it saw', async () => {
    const { id } = await created()
    expect(await refused(() => owner.write('POST', `${PATH}/${id}/approve`))).toBe(
      '428 precondition_required',
    )
    for (const tag of ['1', 'W/"1"', '"one"', '*', '"0"', '"1", "2"']) {
      const act = () => owner.write('POST', `${PATH}/${id}/approve`, { headers: { 'If-Match': tag } })
      expect(await refused(act)).toBe('400 bad_request')
    }
  })
})

describe('body', () => {
  const send = (body: string, type: string | null = 'application/json') => {
    const headers = { 'Idempotency-Key': randomUUID(), 'Rt-Actor': staff.id }
    return world.server.request(PATH, {
      method: 'POST',
      token: staff.login.token,
      body,
      headers: type === null ? headers : { ...headers, 'Content-Type': type },
    })
  }

  test('a body of more than 64 KiB is refused', async () => {
    const long = JSON.stringify({ ...entry, description: 'x'.repeat(64 * 1024) })
    expect(await refused(() => send(long))).toBe('413 too_large')
  })

  test('a body that is not JSON is refused, before the headers are looked at', async () => {
    expect(await refused(() => send('{'))).toBe('400 bad_request')
    expect(await refused(() => send(JSON.stringify(entry), 'text/plain'))).toBe('415 unsupported_media_type')
    const init = { json: undefined, headers: { 'Idempotency-Key': null, 'Content-Type': 'text/plain' } }
    expect(await refused(() => staff.write('POST', PATH, init))).toBe('415 unsupported_media_type')
  })

  test('every wrong field is named, and no value repeated', async () => {
    const json = { ...entry, amountMinor: 1.5, description: '   ', currency: 'hunter2', extra: 1 }
    const reply = await staff.write('POST', PATH, { json })
    expect(reply.status).toBe(422)
    const body = (await reply.json()) as { code: string; issues: { path: string }[] }
    expect(body.code).toBe('validation_failed')
    expect(body.issues.map(({ path }) => path).toSorted()).toEqual([
      'amountMinor',
      'currency',
      'description',
      'extra',
    ])
    expect(JSON.stringify(body)).not.toContain('hunter2')
  })

  test('a field that is missing and one that is unknown are told apart in words', async () => {
    const { currency, ...rest } = entry
    const reply = await staff.write('POST', PATH, { json: { ...rest, extra: currency } })
    const body = (await reply.json()) as { issues: unknown[] }
    expect(body.issues).toEqual([
      { path: 'currency', message: 'is missing' },
      { path: 'extra', message: 'is not a field of this body' },
    ])
  })

  test('a body the schema refuses may be put right under the same key', async () => {
    const key = randomUUID()
    const wrong = () => staff.write('POST', PATH, { json: { ...entry, amountMinor: 0 }, key })
    expect(await refused(wrong)).toBe('422 validation_failed')
    expect((await staff.write('POST', PATH, { json: entry, key })).status).toBe(201)
  })
})
