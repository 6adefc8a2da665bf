import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { TransactionRow } from '../../worker/wire/finance.ts'
import { Problem } from '../../worker/wire/problem.ts'
import type { TaskRow } from '../../worker/wire/tasks.ts'
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
let manager: Member
let owner: Member
beforeAll(async () => {
  world = await createDomainWorld()
  staff = await world.member('staff1@acme.test')
  manager = await world.member('manager@acme.test')
  owner = await world.member('owner@acme.test')
})
afterAll(() => world.close())

const rowOf = async (reply: Response) => v.parse(v.strictObject(TransactionRow.entries), await reply.json())
let row: TransactionRow
let path: string
beforeEach(async () => {
  row = await rowOf(await staff.write('POST', PATH, { json: entry }))
  path = `${PATH}/${row.id}`
})

/** Each change by its own writer, on the row as it is by then. */
async function changed(...patches: object[]): Promise<TransactionRow> {
  let current = row
  for (const json of patches) {
    const reply = await owner.write('PATCH', path, { json, rev: current.rev })
    expect(reply.status).toBe(200)
    current = await rowOf(reply)
  }
  return current
}

/** What the refusal says, after a look at the row and the feed. */
async function clash(act: () => Promise<Response>): Promise<Pick<Problem, 'fields' | 'base' | 'current'>> {
  let reply = new Response()
  const events = await world.eventsOf('acme', async () => {
    reply = await act()
  })
  expect([reply.status, reply.headers.get('rt-merged'), events]).toEqual([412, null, []])
  const problem = v.parse(Problem, await reply.json())
  expect(problem.code).toBe('conflict')
  const stored = world.server.store.db.selectFrom('transactions').selectAll().where('id', '=', row.id)
  expect(problem.current).toEqual(await stored.executeTakeFirst())
  const { fields, base, current } = problem
  return { ...(fields ? { fields } : {}), ...(base ? { base } : {}), current }
}

describe('an edit on an older rev', () => {
  test('of another field is laid over the row as it is, says so, and is told as one change', async () => {
    const current = await changed({ amountMinor: 5000 }, { occurredOn: '2026-01-14' })
    const key = randomUUID()
    let reply = new Response()
    const events = await world.eventsOf('acme', async () => {
      reply = await staff.write('PATCH', path, { json: { description: 'Two keys cut' }, rev: 1, key })
    })
    expect([reply.status, reply.headers.get('etag'), reply.headers.get('rt-merged')]).toEqual([
      200,
      '"4"',
      '1',
    ])
    const merged = await rowOf(reply)
    expect(merged).toEqual({ ...current, description: 'Two keys cut', rev: 4, updatedAt: merged.updatedAt })
    expect(events).toMatchObject([{ type: 'transaction.updated', mutationId: key, data: merged }])
  })

  test('sent again is answered the same, merge and all, and merged once', async () => {
    await changed({ amountMinor: 5000 })
    const edit = { json: { description: 'Two keys cut' }, rev: 1, key: randomUUID() }
    const first = await staff.write('PATCH', path, edit)
    const again = await staff.write('PATCH', path, edit)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(again.headers.get('rt-merged')).toBe('1')
    expect(await again.text()).toBe(await first.text())
  })

  test('of the same field is refused with what clashes, and as its writer saw it', async () => {
    await changed({ amountMinor: 5000 }, { amountMinor: 6000, description: 'Keys' })
    const json = { amountMinor: 7000, occurredOn: '2026-01-13' }
    const found = await clash(() => staff.write('PATCH', path, { json, rev: 1 }))
    expect(found).toMatchObject({ fields: ['amountMinor'], base: { amountMinor: 4250 } })
    const later = await clash(() => staff.write('PATCH', path, { json, rev: 2 }))
    expect(later).toMatchObject({ fields: ['amountMinor'], base: { amountMinor: 5000 } })
  })

  test('of an amount is not merged with another currency or side that its writer has not seen', async () => {
    await changed({ currency: 'EUR' })
    const found = await clash(() => staff.write('PATCH', path, { json: { amountMinor: 7000 }, rev: 1 }))
    expect(found.base).toEqual({ amountMinor: 4250, currency: 'USD' })
    const other = await clash(() => staff.write('PATCH', path, { json: { type: 'revenue' }, rev: 1 }))
    expect(other.fields?.toSorted()).toEqual(['currency', 'type'])
  })

  test('that says what others have said is applied', async () => {
    await changed({ description: 'Two keys' })
    const reply = await staff.write('PATCH', path, { json: { description: 'Two keys' }, rev: 1 })
    expect([reply.status, reply.headers.get('rt-merged')]).toEqual([200, '1'])
  })

  test('of a row that was decided meanwhile is refused, whatever it changes', async () => {
    await owner.write('POST', `${path}/approve`, { rev: 1 })
    const found = await clash(() => staff.write('PATCH', path, { json: { description: 'x' }, rev: 1 }))
    expect(found).toMatchObject({ fields: ['status'], base: { status: 'pending' } })
  })

  test('on a rev the row never had is refused, also once the row comes to it', async () => {
    const edit = { json: { description: 'x' }, rev: 3, key: randomUUID() }
    const found = await clash(() => staff.write('PATCH', path, edit))
    expect(Object.keys(found)).toEqual(['current'])
    await changed({ amountMinor: 5000 }, { amountMinor: 6000 })
    await clash(() => staff.write('PATCH', path, edit))
  })

  test('of a row whose changes were not written down is refused', async () => {
    const { db } = world.server.store
    await changed({ amountMinor: 5000 }, { amountMinor: 6000 })
    await db.updateTable('mutations').set({ before: null }).where('rowId', '=', row.id).execute()
    expect(await clash(() => staff.write('PATCH', path, { json: { description: 'x' }, rev: 1 }))).toEqual({
      current: expect.anything(),
    })
    await db.deleteFrom('mutations').where('rowId', '=', row.id).where('rev', '=', 2).execute()
    await clash(() => staff.write('PATCH', path, { json: { description: 'x' }, rev: 1 }))
  })

  test('is merged with one of the same moment, and neither is lost', async () => {
    const edits = [{ amountMinor: 1 }, { description: 'One' }, { occurredOn: '2026-01-01' }]
    const replies = await Promise.all(edits.map((json) => owner.write('PATCH', path, { json, rev: 1 })))
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200])
    const stored = world.server.store.db.selectFrom('transactions').selectAll().where('id', '=', row.id)
    expect(await stored.executeTakeFirst()).toMatchObject({ ...Object.assign({}, ...edits), rev: 4 })
  })

  test('does not reach a row that went out of sight, whatever it was', async () => {
    await changed({ propertyId: 'acme-p2' })
    const reply = await staff.write('PATCH', path, { json: { description: 'x' }, rev: 1 })
    expect(reply.status).toBe(404)
  })
})

describe('an edit on top of one that was merged', () => {
  /** The first edit of somebody who saw rev 1, beside a change of the amount they have not seen. */
  async function merged(by = staff, json: object = { description: 'Two keys cut' }): Promise<string> {
    await changed({ amountMinor: 5000 })
    const key = randomUUID()
    const reply = await by.write('PATCH', path, { json, rev: 1, key })
    expect(reply.headers.get('rt-merged')).toBe('1')
    return key
  }
  const edit = (json: object, after: string | null, by = staff) =>
    by.write('PATCH', path, { json, rev: 1, headers: { 'Rt-After': after } })

  test('is at one with it, by its name', async () => {
    const key = await merged()
    const reply = await edit({ description: 'Three keys cut' }, key.toUpperCase())
    expect([reply.status, reply.headers.get('etag')]).toEqual([200, '"4"'])
    expect(await rowOf(reply)).toMatchObject({ description: 'Three keys cut', amountMinor: 5000 })
    await clash(() => edit({ description: 'Four' }, null))
  })

  test('does not undo what neither of them has seen', async () => {
    const key = await merged()
    const found = await clash(() => edit({ amountMinor: 4300 }, key))
    expect(found).toMatchObject({ fields: ['amountMinor'], base: { amountMinor: 4250 } })
    const remove = () => staff.write('DELETE', path, { rev: 1, headers: { 'Rt-After': key } })
    expect((await clash(remove)).fields).toEqual(['amountMinor'])
  })

  test('stands on a line of them, and says what it saw of what came after', async () => {
    const first = await merged()
    const second = randomUUID()
    const more = { json: { occurredOn: '2026-01-10' }, rev: 1, key: second, headers: { 'Rt-After': first } }
    expect((await staff.write('PATCH', path, more)).status).toBe(200)
    await owner.write('PATCH', path, { json: { occurredOn: '2026-01-11' }, rev: 4 })
    const found = await clash(() => edit({ occurredOn: '2026-01-12' }, `${first}, ${second}`))
    expect(found).toMatchObject({ fields: ['occurredOn'], base: { occurredOn: '2026-01-10' } })
  })

  test('has not seen what the same person wrote on another device', async () => {
    const key = await merged()
    await staff.write('PATCH', path, { json: { occurredOn: '2026-01-02' }, rev: 3 })
    const found = await clash(() => edit({ occurredOn: '2026-01-03' }, key))
    expect(found.base).toEqual({ occurredOn: '2026-01-15' })
  })

  test('cannot claim to have seen what somebody else has written', async () => {
    const key = await merged(owner)
    expect((await clash(() => edit({ description: 'Mine' }, key))).fields).toEqual(['description'])
  })

  test.each(['', 'x', `${randomUUID()};`, Array.from({ length: 51 }, () => randomUUID()).join()])(
    'names writes by their keys: %j is none',
    async (after) => {
      expect((await edit({ description: 'Mine' }, after)).status).toBe(400)
    },
  )

  test('is another write without that name', async () => {
    const key = await merged()
    const write = { json: { description: 'Three' }, rev: 1, key: randomUUID() }
    await staff.write('PATCH', path, { ...write, headers: { 'Rt-After': key } })
    const bare = await staff.write('PATCH', path, write)
    expect([bare.status, ((await bare.json()) as Problem).code]).toEqual([422, 'key_reused'])
  })
})

const judgements = ['approve', 'reject', 'remove'] as const

describe.each(judgements)('%s on an older rev', (verb) => {
  const send = (rev: number) =>
    verb === 'remove'
      ? manager.write('DELETE', path, { rev })
      : manager.write('POST', `${path}/${verb}`, { rev })

  test.each([
    [{ amountMinor: 1 }],
    [{ type: 'revenue' }],
    [{ currency: 'EUR' }],
    [{ propertyId: 'acme-p2' }],
    [{ occurredOn: '2026-01-01' }],
    [{ description: 'A yacht' }],
  ])('is refused when %j is not what was seen', async (patch) => {
    await changed(patch)
    const [field] = Object.keys(patch) as [keyof TransactionRow]
    expect(await clash(() => send(1))).toMatchObject({ fields: [field], base: { [field]: row[field] } })
  })

  test('goes through when all that happened changed nothing', async () => {
    await changed({ amountMinor: row.amountMinor })
    const reply = await send(1)
    expect([reply.status, reply.headers.get('rt-merged')]).toEqual([200, '1'])
  })
})

describe('a task', () => {
  const create = async () =>
    (await (
      await staff.write('POST', '/api/tasks', { json: { propertyId: 'acme-p1', title: 'Oil it' } })
    ).json()) as TaskRow

  test('is done by one and renamed by another at once', async () => {
    const { id } = await create()
    await owner.write('PATCH', `/api/tasks/${id}`, { json: { title: 'Oil the gate' }, rev: 1 })
    const reply = await staff.write('PATCH', `/api/tasks/${id}`, { json: { status: 'done' }, rev: 1 })
    expect([reply.status, reply.headers.get('rt-merged')]).toEqual([200, '1'])
    expect(await reply.json()).toMatchObject({ title: 'Oil the gate', status: 'done', rev: 3 })
  })

  test('is not given to two people', async () => {
    const { id } = await create()
    await owner.write('PATCH', `/api/tasks/${id}`, { json: { assigneeId: owner.id }, rev: 1 })
    const reply = await staff.write('PATCH', `/api/tasks/${id}`, { json: { assigneeId: staff.id }, rev: 1 })
    expect(reply.status).toBe(412)
    expect(await reply.json()).toMatchObject({ fields: ['assigneeId'], base: { assigneeId: null } })
  })
})
