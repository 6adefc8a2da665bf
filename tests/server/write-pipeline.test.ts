import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import { problemOf } from '../support/auth-client.ts'
import { createDomainWorld, type DomainWorld, type Member } from '../support/domain-world.ts'
import { createTestServer } from '../support/server.ts'

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

/** Long enough for a request to come as far as the store. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** Keeps every write under the key from its commit until `act` is over. */
async function held(key: string, act: () => Promise<void>): Promise<void> {
  const name = { orgId: 'acme', userId: staff.id, key }
  const rest = { fingerprint: '', status: 0, body: '', etag: null, createdAt: world.server.clock.now() }
  const end = new Error('taken back')
  const hold = world.server.store.db.transaction().execute(async (trx) => {
    await trx
      .insertInto('idempotency')
      .values({ ...name, ...rest })
      .execute()
    await act()
    throw end
  })
  await expect(hold).rejects.toBe(end)
}

describe('the same key again', () => {
  test('is answered the same and applied once', async () => {
    const key = randomUUID()
    const before = await rows()
    const replies: Response[] = []
    const events = await world.eventsOf('acme', async () => {
      for (let times = 0; times < 3; times += 1)
        replies.push(await staff.write('POST', PATH, { json: entry, key }))
    })
    const bodies = await Promise.all(replies.map((reply) => reply.text()))
    expect(new Set(bodies).size).toBe(1)
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(replies.map(({ headers }) => headers.get('etag'))).toEqual(['"1"', '"1"', '"1"'])
    expect(replies.map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true', 'true'])
    expect(events).toHaveLength(1)
    expect(await rows()).toBe(before + 1)
  })

  test('answers an update too, though the row has moved on', async () => {
    const { id } = await created()
    const key = randomUUID()
    const edit = { json: { amountMinor: 1 }, rev: 1, key }
    const first = await (await staff.write('PATCH', `${PATH}/${id}`, edit)).text()
    await owner.write('POST', `${PATH}/${id}/approve`, { rev: 2 })
    const again = await staff.write('PATCH', `${PATH}/${id}`, edit)
    expect(again.headers.get('etag')).toBe('"2"')
    expect(await again.text()).toBe(first)
  })

  test('with another body, path, method or rev is refused', async () => {
    const { id } = await created()
    const key = randomUUID()
    await staff.write('PATCH', `${PATH}/${id}`, { json: { amountMinor: 1 }, rev: 1, key })
    const others: (() => Promise<Response>)[] = [
      () => staff.write('PATCH', `${PATH}/${id}`, { json: { amountMinor: 2 }, rev: 1, key }),
      () => staff.write('PATCH', `${PATH}/${id}`, { json: { amountMinor: 1 }, rev: 2, key }),
      () => staff.write('PATCH', `${PATH}/other`, { json: { amountMinor: 1 }, rev: 1, key }),
      () => staff.write('DELETE', `${PATH}/${id}`, { json: { amountMinor: 1 }, rev: 1, key }),
      // Wrong in another way too: what the key says comes first.
      () => staff.write('PATCH', `${PATH}/${id}`, { json: { amountMinor: 0 }, rev: 1, key }),
      () => staff.write('PATCH', `${PATH}/${id}`, { json: { amountMinor: 1 }, key }),
    ]
    for (const act of others) expect(await refused(act)).toBe('422 key_reused')
  })

  test('means nothing in the hands of somebody else', async () => {
    const key = randomUUID()
    const first = (await (await staff.write('POST', PATH, { json: entry, key })).json()) as TransactionRow
    const reply = await owner.write('POST', PATH, { json: { ...entry, amountMinor: 1 }, key })
    expect(reply.status).toBe(201)
    expect(((await reply.json()) as TransactionRow).id).not.toBe(first.id)
  })

  test('repeats a refusal that stays true, and shows the row as it is now', async () => {
    const { id } = await created()
    const key = randomUUID()
    const approve = () => owner.write('POST', `${PATH}/${id}/approve`, { rev: 2, key })
    const first = await approve()
    const edit = await staff.write('PATCH', `${PATH}/${id}`, { json: { amountMinor: 1 }, rev: 1 })
    const again = await approve()
    expect(again.status).toBe(412)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(again.headers.get('content-type')).toBe('application/problem+json')
    expect(await again.json()).toEqual({ ...(await first.json()), current: await edit.json() })
  })

  test('at the same time is told to wait', async () => {
    const key = randomUUID()
    const before = await rows()
    const write = () => staff.write('POST', PATH, { json: entry, key })
    const both: Promise<Response>[] = []
    await held(key, async () => {
      both.push(write(), write())
      expect((await Promise.race(both)).status).toBe(409)
    })
    const replies = (await Promise.all(both)).toSorted((a, b) => a.status - b.status)
    expect(replies.map(({ status }) => status)).toEqual([201, 409])
    expect(replies[1]!.headers.get('retry-after')).toBe('1')
    expect(await problemOf(replies[1]!)).toBe('409 in_progress')
    expect(await rows()).toBe(before + 1)
    expect((await write()).status).toBe(201)
  })

  test.each([{}, { id: 'chosen-by-the-client' }])(
    'at the same time at another process is applied once: %j',
    async (more) => {
      const other = await createTestServer({ beside: world.server })
      const key = randomUUID()
      const before = await rows()
      const write = { json: { ...entry, ...more }, key }
      const both: Promise<Response>[] = []
      await held(key, async () => {
        both.push(staff.write('POST', PATH, write), staff.write('POST', PATH, { ...write, at: other }))
        await turns()
      })
      const replies = await Promise.all(both)
      expect(replies.map(({ status }) => status)).toEqual([201, 201])
      const marks = replies.map(({ headers }) => headers.get('idempotency-replayed'))
      expect(marks.filter((mark) => mark === 'true')).toHaveLength(1)
      const [one, two] = await Promise.all(replies.map((reply) => reply.text()))
      expect(one).toBe(two)
      expect(await rows()).toBe(before + 1)
      await other.close()
    },
  )

  test('outlives a restart of the server', async () => {
    const key = randomUUID()
    const first = await (await staff.write('POST', PATH, { json: entry, key })).text()
    const restarted = await createTestServer({ beside: world.server })
    const again = await staff.write('POST', PATH, { json: entry, key, at: restarted })
    expect(await again.text()).toBe(first)
    await restarted.close()
  })
})

describe('after the commit', () => {
  test('an event carries the key of its write and the id of its request', async () => {
    const key = randomUUID()
    const headers = { 'X-Request-Id': 'req-of-the-write' }
    const [event] = await world.eventsOf('acme', () =>
      staff.write('POST', PATH, { json: entry, key, headers }),
    )
    expect(event).toMatchObject({
      mutationId: key,
      requestId: 'req-of-the-write',
      topic: 'finance',
      orgId: 'acme',
      propertyId: 'acme-p1',
      at: world.server.clock.now(),
    })
  })

  test('a broker that fails does not fail the write; it hears of it before the next', async () => {
    const { broker } = world.server
    const { publish } = broker
    const keys = [randomUUID(), randomUUID()] as const
    const events = await world.eventsOf('acme', async () => {
      broker.publish = () => Promise.reject(new Error('broken'))
      expect((await staff.write('POST', PATH, { json: entry, key: keys[0] })).status).toBe(201)
      broker.publish = publish
      expect((await staff.write('POST', PATH, { json: entry, key: keys[1] })).status).toBe(201)
    })
    expect(events.map(({ mutationId }) => mutationId)).toEqual(keys)
  })

  test('a write that cannot be recorded is not applied, and is not told of', async () => {
    const { db } = world.server.store
    const key = randomUUID()
    await db.schema.alterTable('idempotency').renameTo('elsewhere').execute()
    const broken = await staff.write('POST', PATH, { json: entry, key })
    await db.schema.alterTable('elsewhere').renameTo('idempotency').execute()
    expect(broken.status).toBe(500)
    expect(await db.selectFrom('eventOutbox').selectAll().execute()).toEqual([])
    expect((await staff.write('POST', PATH, { json: entry, key })).status).toBe(201)
  })
})
