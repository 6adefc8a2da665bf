import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { TransactionRow } from '../../worker/wire/finance.ts'
import { problemOf } from '../support/auth-client.ts'
import { createDomainWorld, type DomainWorld, type Member } from '../support/domain-world.ts'

const PATH = '/api/finance/transactions'
const entry = {
  propertyId: 'acme-p1',
  type: 'revenue',
  amountMinor: 125_000,
  currency: 'USD',
  description: 'Deposit, unit 204',
  occurredOn: '2026-01-14',
} as const

let world: DomainWorld
let owner: Member
let manager: Member
/** Of the first property, of the second, and of none of the organisation's. */
let staff: Member
let neighbour: Member
let stranger: Member
beforeAll(async () => {
  world = await createDomainWorld()
  owner = await world.member('owner@acme.test')
  manager = await world.member('manager@acme.test')
  staff = await world.member('staff1@acme.test')
  neighbour = await world.member('staff2@acme.test')
  stranger = await world.member('owner@globex.test')
})
afterAll(() => world.close())

const rowOf = async (reply: Response) => v.parse(v.strictObject(TransactionRow.entries), await reply.json())
const stored = (id: string) =>
  world.server.store.db.selectFrom('transactions').selectAll().where('id', '=', id).executeTakeFirst()

let row: TransactionRow
let path: string
beforeEach(async () => {
  row = await rowOf(await staff.write('POST', PATH, { json: entry }))
  path = `${PATH}/${row.id}`
})

/** The problem, after a look at the row: it stands as it was, and nothing was told. */
async function refused(act: () => Promise<Response>): Promise<string> {
  const before = await stored(row.id)
  let problem = ''
  const events = await world.eventsOf('acme', async () => {
    problem = await problemOf(await act())
  })
  expect(events).toEqual([])
  expect(await stored(row.id)).toEqual(before)
  return problem
}

describe('create', () => {
  test('answers the pending row, keeps it, and tells the organisation', async () => {
    let reply = new Response()
    const events = await world.eventsOf('acme', async () => {
      reply = await staff.write('POST', PATH, { json: entry })
    })
    expect(reply.status).toBe(201)
    expect(reply.headers.get('etag')).toBe('"1"')
    const made = await rowOf(reply)
    const at = world.server.clock.now()
    expect(made).toEqual({
      ...entry,
      id: made.id,
      rev: 1,
      orgId: 'acme',
      status: 'pending',
      createdBy: staff.id,
      createdAt: at,
      updatedAt: at,
    })
    expect(await stored(made.id)).toEqual(made)
    expect(events).toMatchObject([{ type: 'transaction.created', data: made }])
  })

  test('keeps the id the client chose', async () => {
    const made = await staff.write('POST', PATH, { json: { ...entry, id: 'from-the-field-1' } })
    expect((await rowOf(made)).id).toBe('from-the-field-1')
  })

  test('does not take an id twice, whoever had it first', async () => {
    const json = { ...entry, id: row.id }
    expect(await refused(() => staff.write('POST', PATH, { json }))).toBe('409 invalid_state')
    const theirs = { ...json, propertyId: 'globex-p1', currency: 'EUR' }
    expect(await refused(() => stranger.write('POST', PATH, { json: theirs }))).toBe('409 invalid_state')
  })

  test('is for one’s own properties', async () => {
    for (const propertyId of ['acme-p2', 'globex-p1', 'nowhere']) {
      const json = { ...entry, propertyId }
      expect(await refused(() => staff.write('POST', PATH, { json }))).toBe('403 forbidden_property')
    }
  })
})

describe('edit', () => {
  test('changes what it names, raises the rev and tells of it', async () => {
    let reply = new Response()
    await world.server.clock.advance(1000)
    const events = await world.eventsOf('acme', async () => {
      reply = await staff.write('PATCH', path, { json: { amountMinor: 1, description: ' Less ' }, rev: 1 })
    })
    const edited = await rowOf(reply)
    const updatedAt = world.server.clock.now()
    expect(edited).toEqual({ ...row, amountMinor: 1, description: 'Less', rev: 2, updatedAt })
    expect(reply.headers.get('etag')).toBe('"2"')
    expect(await stored(row.id)).toEqual(edited)
    expect(events).toMatchObject([{ type: 'transaction.updated', propertyId: 'acme-p1', data: edited }])
  })

  test('cannot reach what is not the writer’s to say', async () => {
    for (const json of [{ status: 'approved' }, { rev: 9 }, { orgId: 'globex' }, { createdBy: 'x' }, {}])
      expect(await refused(() => staff.write('PATCH', path, { json, rev: 1 }))).toBe('422 validation_failed')
  })

  test('moves an entry between one’s own properties only', async () => {
    const away = { json: { propertyId: 'acme-p2' }, rev: 1 }
    expect(await refused(() => staff.write('PATCH', path, away))).toBe('403 forbidden_property')
    const abroad = { json: { propertyId: 'globex-p1' }, rev: 1 }
    expect(await refused(() => owner.write('PATCH', path, abroad))).toBe('403 forbidden_property')
  })

  test('that moves an entry tells both properties: where it is, and that it has left', async () => {
    let moved: unknown
    const events = await world.eventsOf('acme', async () => {
      moved = await (await manager.write('PATCH', path, { json: { propertyId: 'acme-p2' }, rev: 1 })).json()
    })
    expect(events).toMatchObject([
      { type: 'transaction.updated', propertyId: 'acme-p2', data: moved },
      { type: 'transaction.deleted', propertyId: 'acme-p1', data: row },
    ])
    expect(await problemOf(await staff.write('PATCH', path, { json: { amountMinor: 1 }, rev: 2 }))).toBe(
      '404 not_found',
    )
  })
})

describe('remove', () => {
  test('answers the row as it last was, with one rev more, and tells of it', async () => {
    let reply = new Response()
    const events = await world.eventsOf('acme', async () => {
      reply = await staff.write('DELETE', path, { rev: 1 })
    })
    const gone = await rowOf(reply)
    expect(reply.status).toBe(200)
    expect(gone).toEqual({ ...row, rev: 2, updatedAt: world.server.clock.now() })
    expect(await stored(row.id)).toBeUndefined()
    expect(events).toMatchObject([{ type: 'transaction.deleted', data: gone }])
    expect(await problemOf(await staff.write('DELETE', path, { rev: 2 }))).toBe('404 not_found')
  })
})

describe.each(['approve', 'reject'] as const)('%s', (verb) => {
  const status = verb === 'approve' ? 'approved' : 'rejected'

  test.each(['owner', 'manager'])('is for the %s', async (name) => {
    const member = name === 'owner' ? owner : manager
    let reply = new Response()
    const events = await world.eventsOf('acme', async () => {
      reply = await member.write('POST', `${path}/${verb}`, { rev: 1 })
    })
    const decided = await rowOf(reply)
    expect(reply.headers.get('etag')).toBe('"2"')
    expect(decided).toEqual({ ...row, status, rev: 2, updatedAt: world.server.clock.now() })
    expect(await stored(row.id)).toEqual(decided)
    expect(events).toMatchObject([{ type: `transaction.${status}`, data: decided }])
  })

  test('is not for staff', async () => {
    expect(await refused(() => staff.write('POST', `${path}/${verb}`, { rev: 1 }))).toBe('403 forbidden')
  })

  test('is the end of changes', async () => {
    await owner.write('POST', `${path}/${verb}`, { rev: 1 })
    for (const act of everyUpdate(owner, 2)) expect(await refused(act)).toBe('409 invalid_state')
  })
})

/** Each way to change the row of this test. */
function everyUpdate(by: Member, rev: number): (() => Promise<Response>)[] {
  return [
    () => by.write('PATCH', path, { json: { amountMinor: 1 }, rev }),
    () => by.write('DELETE', path, { rev }),
    () => by.write('POST', `${path}/approve`, { rev }),
    () => by.write('POST', `${path}/reject`, { rev }),
  ]
}

describe('every update', () => {
  test('with a stale rev is refused with the current row', async () => {
    const current = await (
      await staff.write('PATCH', path, { json: { description: 'Newer' }, rev: 1 })
    ).json()
    const edit = () => owner.write('PATCH', path, { json: { description: 'Mine' }, rev: 1 })
    for (const rev of [1, 3]) {
      for (const act of [edit, ...everyUpdate(owner, rev).slice(rev === 1 ? 1 : 0)]) {
        const reply = await act()
        expect(reply.status).toBe(412)
        expect(await reply.json()).toMatchObject({ code: 'conflict', current })
      }
    }
    expect(await stored(row.id)).toEqual(current)
  })

  test('of another organisation’s row finds none', async () => {
    for (const act of everyUpdate(stranger, 1)) expect(await refused(act)).toBe('404 not_found')
  })

  test('of a row on a property one does not see finds none', async () => {
    for (const act of everyUpdate(neighbour, 1).slice(0, 2)) expect(await refused(act)).toBe('404 not_found')
    const { id } = await rowOf(await owner.write('POST', PATH, { json: { ...entry, propertyId: 'acme-p5' } }))
    const reply = await manager.write('POST', `${PATH}/${id}/approve`, { rev: 1 })
    expect(await problemOf(reply)).toBe('404 not_found')
  })

  test('of two that saw the same row one is applied and one is told of it', async () => {
    const both = [owner, manager].map((by) => by.write('POST', `${path}/approve`, { rev: 1 }))
    const replies = (await Promise.all(both)).toSorted((a, b) => a.status - b.status)
    expect(replies.map(({ status }) => status)).toEqual([200, 412])
    expect(await replies[1]!.json()).toMatchObject({ current: await replies[0]!.json() })
  })
})
