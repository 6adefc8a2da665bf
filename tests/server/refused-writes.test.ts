import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import { Problem } from '../../worker/wire/problem.ts'
import * as v from 'valibot'
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
beforeEach(async () => {
  staff = await world.member('staff1@acme.test')
  owner = await world.member('owner@acme.test')
})

const created = async (more: object = {}, by = owner) =>
  (await (await by.write('POST', PATH, { json: { ...entry, ...more } })).json()) as TransactionRow
const fresh = ({ status, headers }: Response) => [status, headers.get('idempotency-replayed')]

describe('a write that was refused for want of something goes through under its key once that is there:', () => {
  test('a role', async () => {
    const { db } = world.server.store
    const { id } = await created()
    const key = randomUUID()
    const approve = () => staff.write('POST', `${PATH}/${id}/approve`, { rev: 1, key })
    expect(await problemOf(await approve())).toBe('403 forbidden')
    await db.updateTable('users').set({ role: 'manager' }).where('id', '=', staff.id).execute()
    staff = await world.member('staff1@acme.test')
    expect(fresh(await approve())).toEqual([200, null])
    await db.updateTable('users').set({ role: 'staff' }).where('id', '=', staff.id).execute()
  })

  test('a property, to write to and to see', async () => {
    const { db } = world.server.store
    const { id } = await created({ propertyId: 'acme-p2' })
    const create = { json: { ...entry, propertyId: 'acme-p2' }, key: randomUUID() }
    const edit = { json: { amountMinor: 1 }, rev: 1, key: randomUUID() }
    expect(await problemOf(await staff.write('POST', PATH, create))).toBe('403 forbidden_property')
    expect(await problemOf(await staff.write('PATCH', `${PATH}/${id}`, edit))).toBe('404 not_found')
    const grant = { userId: staff.id, propertyId: 'acme-p2' }
    await db.insertInto('userProperties').values(grant).execute()
    staff = await world.member('staff1@acme.test')
    expect(fresh(await staff.write('POST', PATH, create))).toEqual([201, null])
    expect(fresh(await staff.write('PATCH', `${PATH}/${id}`, edit))).toEqual([200, null])
    await db
      .deleteFrom('userProperties')
      .where('userId', '=', staff.id)
      .where('propertyId', '=', 'acme-p2')
      .execute()
  })

  test('a colleague', async () => {
    const { db } = world.server.store
    const json = { propertyId: 'acme-p1', title: 'Oil it', assigneeId: 'acme-newcomer' }
    const write = { json, key: randomUUID() }
    expect(await problemOf(await staff.write('POST', '/api/tasks', write))).toBe('422 validation_failed')
    const person = {
      id: 'acme-newcomer',
      orgId: 'acme',
      email: 'n@acme.test',
      name: 'N',
      role: 'staff' as const,
    }
    await db
      .insertInto('users')
      .values({ ...person, passwordHash: '', disabled: 0 })
      .execute()
    expect(fresh(await staff.write('POST', '/api/tasks', write))).toEqual([201, null])
  })

  test('a page that is served', async () => {
    const strict = await createTestServer({ beside: world.server, env: { RETIRE_DEPLOYS_BEFORE: '3' } })
    const send = (deploy: string, key: string) =>
      staff.write('POST', PATH, { json: entry, key, at: strict, headers: { 'Rt-Deploy': deploy } })
    const key = randomUUID()
    expect(await problemOf(await send('2', key))).toBe('410 build_retired')
    expect(await problemOf(await send('new', key))).toBe('400 bad_request')
    expect(fresh(await send('3', key))).toEqual([201, null])
    // What is applied is no matter of the build any more: the old page's queue is told.
    expect(fresh(await send('2', key))).toEqual([201, 'true'])
    expect(fresh(await staff.write('POST', PATH, { json: entry, at: strict }))).toEqual([201, null])
    await strict.close()
  })
})

describe('a write that came too late stays refused under its key, and shows the row as it is now:', () => {
  test('what others have decided', async () => {
    const { id } = await created()
    await owner.write('POST', `${PATH}/${id}/reject`, { rev: 1 })
    const edit = { json: { amountMinor: 1 }, rev: 2, key: randomUUID() }
    for (const replayed of [null, 'true']) {
      const reply = await staff.write('PATCH', `${PATH}/${id}`, edit)
      expect(fresh(reply)).toEqual([409, replayed])
      const { code, current } = v.parse(Problem, await reply.json())
      expect([code, current]).toMatchObject(['invalid_state', { id, rev: 2, status: 'rejected' }])
    }
  })

  test('an id that is taken, whose row only those are shown who see it', async () => {
    const { id } = await created({ propertyId: 'acme-p2' })
    const write = (key: string) => ({ json: { ...entry, id }, key })
    const key = randomUUID()
    const mine = await owner.write('POST', PATH, write(key))
    expect(v.parse(Problem, await mine.json())).toMatchObject({
      code: 'invalid_state',
      current: { id, rev: 1 },
    })
    const theirs = await staff.write('POST', PATH, write(key))
    expect(theirs.status).toBe(409)
    expect(await theirs.json()).not.toHaveProperty('current')
    await owner.write('PATCH', `${PATH}/${id}`, { json: { amountMinor: 1 }, rev: 1 })
    const again = await owner.write('POST', PATH, write(key))
    expect(v.parse(Problem, await again.json()).current).toMatchObject({ id, rev: 2, amountMinor: 1 })
  })

  test('a row that has gone since is told of as it was', async () => {
    const { id } = await created()
    await owner.write('PATCH', `${PATH}/${id}`, { json: { amountMinor: 1 }, rev: 1 })
    const edit = { json: { amountMinor: 2 }, rev: 1, key: randomUUID() }
    const first = await staff.write('PATCH', `${PATH}/${id}`, edit)
    await owner.write('DELETE', `${PATH}/${id}`, { rev: 2 })
    const again = await staff.write('PATCH', `${PATH}/${id}`, edit)
    expect([again.status, await again.json()]).toEqual([412, await first.json()])
  })
})
