import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { TaskPage, TaskRow } from '../../worker/wire/tasks.ts'
import { problemOf } from '../support/auth-client.ts'
import { createDomainWorld, type DomainWorld, type Member } from '../support/domain-world.ts'

const PATH = '/api/tasks'
const wanted = { propertyId: 'acme-p1', title: 'Oil the gate' }

let world: DomainWorld
let owner: Member
let staff: Member
let neighbour: Member
let stranger: Member
beforeAll(async () => {
  world = await createDomainWorld()
  owner = await world.member('owner@acme.test')
  staff = await world.member('staff1@acme.test')
  neighbour = await world.member('staff2@acme.test')
  stranger = await world.member('owner@globex.test')
})
afterAll(() => world.close())

const rowOf = async (reply: Response) => v.parse(v.strictObject(TaskRow.entries), await reply.json())
const stored = () => world.server.store.db.selectFrom('tasks').selectAll().execute()

let row: TaskRow
let path: string
beforeEach(async () => {
  row = await rowOf(await staff.write('POST', PATH, { json: wanted }))
  path = `${PATH}/${row.id}`
})

async function refused(act: () => Promise<Response>): Promise<string> {
  const before = await stored()
  let problem = ''
  const events = await world.eventsOf('acme', async () => {
    problem = await problemOf(await act())
  })
  expect(events).toEqual([])
  expect(await stored()).toEqual(before)
  return problem
}

describe('list', () => {
  async function pagesOf(member: Member, query = ''): Promise<TaskRow[]> {
    const rows: TaskRow[] = []
    let next: string | null = ''
    while (next !== null) {
      const reply: Response = await member.get(`${PATH}?${query}${next ? `&after=${next}` : ''}`)
      const page = v.parse(v.strictObject(TaskPage.entries), await reply.json())
      rows.push(...page.rows)
      next = page.next
    }
    return rows
  }

  async function expected(member: Member, keep: (row: TaskRow) => boolean = () => true): Promise<TaskRow[]> {
    const granted = member.login.properties.map(({ id }) => id)
    return (await stored())
      .filter((task) => granted.includes(task.propertyId) && keep(task))
      .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
  }

  test('is the newest first, of one’s own properties, page by page', async () => {
    for (const member of [owner, staff, neighbour, stranger]) {
      const rows = await expected(member)
      expect(rows.length).toBeGreaterThan(5)
      for (const limit of [1, 7, 1000]) expect(await pagesOf(member, `limit=${limit}`)).toEqual(rows)
    }
  })

  test('a filter narrows, and never widens', async () => {
    const open = await expected(owner, ({ status }) => status === 'open')
    expect(await pagesOf(owner, 'status=open')).toEqual(open)
    const first = await expected(owner, ({ propertyId }) => propertyId === 'acme-p1')
    expect(await pagesOf(owner, 'propertyId=acme-p1&limit=3')).toEqual(first)
    expect(await pagesOf(staff, 'propertyId=acme-p2')).toEqual([])
    expect(await pagesOf(stranger, 'propertyId=acme-p1')).toEqual([])
  })

  test('is not sent again when nothing changed', async () => {
    const tag = (await owner.get(PATH)).headers.get('etag')!
    expect((await owner.get(PATH, { 'If-None-Match': tag })).status).toBe(304)
    await staff.write('PATCH', path, { json: { status: 'done' }, rev: 1 })
    expect((await owner.get(PATH, { 'If-None-Match': tag })).status).toBe(200)
  })

  test.each(['status=late', 'limit=0', 'after=x'])('%s is refused', async (query) => {
    expect(await problemOf(await owner.get(`${PATH}?${query}`))).toBe('400 bad_request')
  })
})

describe('create', () => {
  test('answers the open task, keeps it, and tells the organisation', async () => {
    const json = { ...wanted, id: 'task-of-mine', assigneeId: owner.id, dueOn: '2026-02-01' }
    let reply = new Response()
    const events = await world.eventsOf('acme', async () => {
      reply = await staff.write('POST', PATH, { json })
    })
    expect([reply.status, reply.headers.get('etag')]).toEqual([201, '"1"'])
    const at = world.server.clock.now()
    const made = await rowOf(reply)
    const rest = { rev: 1, orgId: 'acme', status: 'open', createdBy: staff.id, createdAt: at, updatedAt: at }
    expect(made).toEqual({ ...json, ...rest })
    expect(await stored()).toContainEqual(made)
    expect(events).toMatchObject([
      { type: 'task.created', topic: 'tasks', propertyId: 'acme-p1', data: made },
    ])
  })

  test('leaves out what was not said', () => {
    expect(row).toMatchObject({ assigneeId: null, dueOn: null })
  })

  test('is for one’s own properties, and not for an id that is taken', async () => {
    for (const propertyId of ['acme-p2', 'globex-p1']) {
      const json = { ...wanted, propertyId }
      expect(await refused(() => staff.write('POST', PATH, { json }))).toBe('403 forbidden_property')
    }
    const json = { ...wanted, id: row.id }
    expect(await refused(() => staff.write('POST', PATH, { json }))).toBe('409 invalid_state')
  })

  test('is given to somebody of the same organisation', async () => {
    for (const assigneeId of [stranger.id, 'nobody']) {
      const json = { ...wanted, assigneeId }
      expect(await refused(() => staff.write('POST', PATH, { json }))).toBe('422 validation_failed')
      const edit = { json: { assigneeId }, rev: 1 }
      expect(await refused(() => staff.write('PATCH', path, edit))).toBe('422 validation_failed')
    }
  })

  test('asks for the same headers as every write', async () => {
    const without = (name: string) => () =>
      staff.write('POST', PATH, { json: wanted, headers: { [name]: null } })
    expect(await refused(without('Idempotency-Key'))).toBe('400 idempotency_key_required')
    expect(await refused(without('Rt-Actor'))).toBe('400 actor_required')
    const other = { json: wanted, headers: { 'Rt-Actor': owner.id } }
    expect(await refused(() => staff.write('POST', PATH, other))).toBe('403 actor_mismatch')
  })
})

describe('edit', () => {
  test('changes what it names, also back to nothing, and tells of it', async () => {
    await world.server.clock.advance(10)
    const first = { json: { title: 'Oil both gates', assigneeId: owner.id, dueOn: '2026-03-01' }, rev: 1 }
    await staff.write('PATCH', path, first)
    let reply = new Response()
    const events = await world.eventsOf('acme', async () => {
      reply = await staff.write('PATCH', path, { json: { assigneeId: null, status: 'done' }, rev: 2 })
    })
    const edited = await rowOf(reply)
    const updatedAt = world.server.clock.now()
    const change = { title: 'Oil both gates', status: 'done', dueOn: '2026-03-01', rev: 3, updatedAt }
    expect(edited).toEqual({ ...row, ...change })
    expect(reply.headers.get('etag')).toBe('"3"')
    expect(await stored()).toContainEqual(edited)
    expect(events).toMatchObject([{ type: 'task.updated', data: edited }])
  })

  test('of a done task opens it again', async () => {
    await staff.write('PATCH', path, { json: { status: 'done' }, rev: 1 })
    const open = await staff.write('PATCH', path, { json: { status: 'open' }, rev: 2 })
    expect(await rowOf(open)).toMatchObject({ status: 'open', rev: 3 })
  })

  test('with a stale rev is refused with the current row', async () => {
    const current = await (await staff.write('PATCH', path, { json: { title: 'Newer' }, rev: 1 })).json()
    const reply = await owner.write('PATCH', path, { json: { title: 'Mine' }, rev: 1 })
    expect(reply.status).toBe(412)
    expect(await reply.json()).toMatchObject({ code: 'conflict', current })
    expect(await stored()).toContainEqual(current)
  })

  test('of a row one does not see finds none', async () => {
    for (const by of [neighbour, stranger]) {
      const act = () => by.write('PATCH', path, { json: { title: 'Mine now' }, rev: 1 })
      expect(await refused(act)).toBe('404 not_found')
    }
  })

  test('needs the rev it saw, and something to change', async () => {
    expect(await refused(() => staff.write('PATCH', path, { json: { title: 'x' } }))).toBe(
      '428 precondition_required',
    )
    expect(await refused(() => staff.write('PATCH', path, { json: {}, rev: 1 }))).toBe(
      '422 validation_failed',
    )
    const elsewhere = { json: { propertyId: 'acme-p2' }, rev: 1 }
    expect(await refused(() => owner.write('PATCH', path, elsewhere))).toBe('422 validation_failed')
  })
})
