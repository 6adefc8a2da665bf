import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { TransactionRow } from '../../worker/wire/finance.ts'
import { GoneRow } from '../../worker/wire/gone-row.ts'
import type { TaskRow } from '../../worker/wire/tasks.ts'
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
const signIn = async () => {
  staff = await world.member('staff1@acme.test')
  owner = await world.member('owner@acme.test')
}
beforeAll(async () => {
  world = await createDomainWorld()
})
afterAll(() => world.close())
beforeEach(signIn)

const outlive = async () => {
  await world.outliveRecords()
  await signIn()
}
const rowOf = async (reply: Response) => v.parse(v.strictObject(TransactionRow.entries), await reply.json())
const created = async (more: object = {}) =>
  rowOf(await staff.write('POST', PATH, { json: { ...entry, ...more } }))
const everything = () => world.server.store.db.selectFrom('transactions').selectAll().orderBy('id').execute()

/** The answer, after a look at the ledger and the feed: nothing was applied and nothing told. */
async function unapplied(act: () => Promise<Response>): Promise<Response> {
  const before = await everything()
  let reply = new Response()
  const events = await world.eventsOf('acme', async () => {
    reply = await act()
  })
  expect(events).toEqual([])
  expect(await everything()).toEqual(before)
  return reply
}

async function gone(reply: Response): Promise<GoneRow> {
  expect(reply.headers.get('rt-gone')).toBe('1')
  expect(reply.headers.get('etag')).toBe(null)
  return v.parse(v.strictObject(GoneRow.entries), await reply.json())
}

const marks = ({ status, headers }: Response) =>
  [status, headers.get('idempotency-replayed'), headers.get('etag')] as const

describe('a write that comes again when its record is long gone', () => {
  test('is a create: not applied again, and answered with the row as it is now', async () => {
    const write = { json: entry, key: randomUUID() }
    const { id } = await rowOf(await staff.write('POST', PATH, write))
    await outlive()
    const same = await unapplied(() => staff.write('POST', PATH, write))
    expect(marks(same)).toEqual([201, 'true', '"1"'])
    const edited = await owner.write('PATCH', `${PATH}/${id}`, { json: { amountMinor: 7 }, rev: 1 })
    const now = await unapplied(() => staff.write('POST', PATH, write))
    expect(marks(now)).toEqual([201, 'true', '"2"'])
    expect(await rowOf(now)).toEqual(await rowOf(edited))
  })

  test('is an edit: it does not undo what others have written since', async () => {
    const { id } = await created()
    const edit = { json: { amountMinor: 1 }, rev: 1, key: randomUUID() }
    await staff.write('PATCH', `${PATH}/${id}`, edit)
    const later = await owner.write('PATCH', `${PATH}/${id}`, { json: { amountMinor: 2 }, rev: 2 })
    await outlive()
    const reply = await unapplied(() => staff.write('PATCH', `${PATH}/${id}`, edit))
    expect(marks(reply)).toEqual([200, 'true', '"3"'])
    expect(await rowOf(reply)).toEqual(await rowOf(later))
  })

  test('is a decision: said once, whatever it is worth now', async () => {
    const { id } = await created()
    const approve = { rev: 1, key: randomUUID() }
    await owner.write('POST', `${PATH}/${id}/approve`, approve)
    await outlive()
    const reply = await unapplied(() => owner.write('POST', `${PATH}/${id}/approve`, approve))
    expect(marks(reply)).toEqual([200, 'true', '"2"'])
    expect((await rowOf(reply)).status).toBe('approved')
  })

  test('is a removal: done, and there is no row to show', async () => {
    const { id } = await created()
    const remove = { rev: 1, key: randomUUID() }
    await staff.write('DELETE', `${PATH}/${id}`, remove)
    await outlive()
    const reply = await unapplied(() => staff.write('DELETE', `${PATH}/${id}`, remove))
    expect(marks(reply)).toEqual([200, 'true', null])
    expect(await gone(reply)).toEqual({ id, rev: 2 })
  })

  test('is a create whose row was removed: it does not come back', async () => {
    const write = { json: { ...entry, id: 'removed-since' }, key: randomUUID() }
    await staff.write('POST', PATH, write)
    await owner.write('DELETE', `${PATH}/removed-since`, { rev: 1 })
    await outlive()
    const reply = await unapplied(() => staff.write('POST', PATH, write))
    expect(marks(reply)).toEqual([201, 'true', null])
    expect(await gone(reply)).toEqual({ id: 'removed-since', rev: 1 })
    const anew = await unapplied(() => staff.write('POST', PATH, { ...write, key: randomUUID() }))
    expect(await problemOf(anew)).toBe('409 invalid_state')
  })

  test('shows nothing of a row that has moved out of its writer’s sight', async () => {
    const write = { json: entry, key: randomUUID() }
    const { id } = await rowOf(await staff.write('POST', PATH, write))
    const away = { json: { propertyId: 'acme-p2', description: 'Not for staff 1' }, rev: 1 }
    await owner.write('PATCH', `${PATH}/${id}`, away)
    await outlive()
    const reply = await unapplied(() => staff.write('POST', PATH, write))
    expect(await gone(reply)).toEqual({ id, rev: 1 })
  })

  test('is of a task', async () => {
    const write = { json: { propertyId: 'acme-p1', title: 'Cut keys' }, key: randomUUID() }
    const { id } = (await (await staff.write('POST', '/api/tasks', write)).json()) as TaskRow
    const edit = { json: { status: 'done' }, rev: 1, key: randomUUID() }
    await staff.write('PATCH', `/api/tasks/${id}`, edit)
    await staff.write('PATCH', `/api/tasks/${id}`, { json: { status: 'open' }, rev: 2 })
    await outlive()
    const events = await world.eventsOf('acme', async () => {
      const again = await staff.write('POST', '/api/tasks', write)
      expect([...marks(again), await again.json()]).toMatchObject([
        201,
        'true',
        '"3"',
        { id, status: 'open' },
      ])
      expect(marks(await staff.write('PATCH', `/api/tasks/${id}`, edit))).toEqual([200, 'true', '"3"'])
    })
    expect(events).toEqual([])
  })
})

describe('a key whose record is long gone', () => {
  let write: { json: object; key: string }
  beforeEach(async () => {
    write = { json: entry, key: randomUUID() }
    await staff.write('POST', PATH, write)
    await outlive()
  })

  test('is still not good for another write', async () => {
    const json = { ...entry, amountMinor: 1 }
    const act = () => staff.write('POST', PATH, { ...write, json })
    expect(await problemOf(await unapplied(act))).toBe('422 key_reused')
  })

  test('means nothing in the hands of somebody else, here or in another organisation', async () => {
    for (const by of [owner, await world.member('owner@globex.test')]) {
      const propertyId = by === owner ? 'acme-p1' : 'globex-p1'
      const reply = await by.write('POST', PATH, { ...write, json: { ...entry, propertyId } })
      expect(marks(reply)).toEqual([201, null, '"1"'])
      expect((await rowOf(reply)).createdBy).toBe(by.id)
    }
  })

  test('opens nothing without a token, with one that has run out, or for another actor', async () => {
    const headers = { 'Idempotency-Key': write.key, 'Rt-Actor': staff.id }
    const init = { method: 'POST', json: write.json, headers }
    const bare = await unapplied(() => world.server.request(PATH, init))
    expect(await problemOf(bare)).toBe('401 auth_missing')
    const other = await unapplied(() => staff.write('POST', PATH, { ...write, headers: { 'Rt-Actor': 'x' } }))
    expect(await problemOf(other)).toBe('403 actor_mismatch')
    await world.server.clock.advance(3_600_000)
    const late = await unapplied(() => staff.write('POST', PATH, write))
    expect(await problemOf(late)).toBe('401 token_expired')
  })
})
