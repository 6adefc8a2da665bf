import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { problemOf } from '../support/auth-client.ts'
import { createDomainWorld, type DomainWorld, type Member, type TestWrite } from '../support/domain-world.ts'

const FINANCE = '/api/finance/transactions'
const TASKS = '/api/tasks'
const entry = {
  propertyId: 'acme-p1',
  type: 'expense',
  amountMinor: 1200,
  currency: 'USD',
  description: 'Gravel',
  occurredOn: '2026-01-15',
}
const wanted = { propertyId: 'acme-p1', title: 'Rake the gravel' }

interface Endpoint {
  method: 'POST' | 'PATCH' | 'DELETE'
  path: () => string
  json?: object
  needsRev?: true
}

let entryId: string
let taskId: string
/** Every way to write there is. */
const ENDPOINTS: Record<string, Endpoint> = {
  'POST transactions': { method: 'POST', path: () => FINANCE, json: entry },
  'PATCH transaction': {
    method: 'PATCH',
    path: () => `${FINANCE}/${entryId}`,
    json: { amountMinor: 1 },
    needsRev: true,
  },
  'DELETE transaction': { method: 'DELETE', path: () => `${FINANCE}/${entryId}`, needsRev: true },
  'POST approve': { method: 'POST', path: () => `${FINANCE}/${entryId}/approve`, needsRev: true },
  'POST reject': { method: 'POST', path: () => `${FINANCE}/${entryId}/reject`, needsRev: true },
  'POST tasks': { method: 'POST', path: () => TASKS, json: wanted },
  'PATCH task': {
    method: 'PATCH',
    path: () => `${TASKS}/${taskId}`,
    json: { status: 'done' },
    needsRev: true,
  },
}
const named = Object.entries(ENDPOINTS)
const withBody = named.filter(([, { json }]) => json)
const withRev = named.filter(([, { needsRev }]) => needsRev)

let world: DomainWorld
let manager: Member
beforeAll(async () => {
  world = await createDomainWorld()
  manager = await world.member('manager@acme.test')
})
afterAll(() => world.close())
beforeEach(async () => {
  // Few rows, so that all of them can be looked at after every refusal.
  const { db } = world.server.store
  await db.deleteFrom('transactions').execute()
  await db.deleteFrom('tasks').execute()
  const made = async (path: string, json: object) =>
    ((await (await manager.write('POST', path, { json })).json()) as { id: string }).id
  entryId = await made(FINANCE, entry)
  taskId = await made(TASKS, wanted)
})

/** The write as it should be, with what the test spoils. */
function send({ method, path, json, needsRev }: Endpoint, spoilt: TestWrite = {}, by = manager) {
  const rev = needsRev ? { rev: 1 } : {}
  return by.write(method, path(), { ...(json ? { json } : {}), ...rev, ...spoilt })
}

async function everything() {
  const { db } = world.server.store
  const transactions = await db.selectFrom('transactions').selectAll().orderBy('id').execute()
  return { transactions, tasks: await db.selectFrom('tasks').selectAll().orderBy('id').execute() }
}

/** What came of it, after a look at both tables and the feed: nothing was applied and nothing told. */
async function refused(act: () => Promise<Response>): Promise<string> {
  const before = await everything()
  let problem = ''
  const events = await world.eventsOf('acme', async () => {
    problem = await problemOf(await act())
  })
  expect(events).toEqual([])
  expect(await everything()).toEqual(before)
  return problem
}

describe.each(named)('%s', (_name, endpoint) => {
  test('is applied as it should be', async () => {
    const before = await everything()
    const reply = await send(endpoint)
    expect(reply.ok).toBe(true)
    expect(await everything()).not.toEqual(before)
  })

  test.each([
    ['400 idempotency_key_required', { 'Idempotency-Key': null }],
    ['400 idempotency_key_required', { 'Idempotency-Key': 'write-1' }],
    ['400 idempotency_key_required', { 'Idempotency-Key': `{${randomUUID()}}` }],
    ['400 actor_required', { 'Rt-Actor': null }],
    ['403 actor_mismatch', { 'Rt-Actor': 'acme-owner' }],
    ['403 actor_mismatch', { 'Rt-Actor': '' }],
  ])('is refused with %s for %j', async (problem, headers) => {
    expect(await refused(() => send(endpoint, { headers }))).toBe(problem)
  })

  test('is refused with 413 for a body of more than 64 KiB', async () => {
    const json = { ...endpoint.json, filler: 'x'.repeat(64 * 1024) }
    expect(await refused(() => send(endpoint, { json }))).toBe('413 too_large')
  })

  test('is refused without a token', async () => {
    const headers = { 'Idempotency-Key': randomUUID(), 'Rt-Actor': manager.id, 'If-Match': '"1"' }
    const { method, json = {} } = endpoint
    const act = () => world.server.request(endpoint.path(), { method, json, headers })
    expect(await refused(act)).toBe('401 auth_missing')
  })
})

describe.each(withRev)('%s', (_name, endpoint) => {
  test.each([
    ['428 precondition_required', null],
    ['400 bad_request', '1'],
    ['400 bad_request', 'W/"1"'],
    ['400 bad_request', '*'],
    ['400 bad_request', '"1", "2"'],
    ['412 conflict', '"2"'],
  ])('is refused with %s for If-Match: %s', async (problem, tag) => {
    expect(await refused(() => send(endpoint, { headers: { 'If-Match': tag } }))).toBe(problem)
  })

  test('finds nothing in another organisation, on another property, or under no id at all', async () => {
    for (const name of ['owner@globex.test', 'staff3@acme.test', 'staff2@acme.test']) {
      const member = await world.member(name)
      const isDecision = endpoint.method === 'POST' && name.startsWith('staff')
      // A role is looked at before a row: it says nothing of which rows there are.
      const problem = isDecision ? '403 forbidden' : '404 not_found'
      expect(await refused(() => send(endpoint, {}, member))).toBe(problem)
    }
    const path = endpoint.path().replace(entryId, 'no-such-row').replace(taskId, 'no-such-row')
    expect(await refused(() => send({ ...endpoint, path: () => path }))).toBe('404 not_found')
  })
})

describe.each(withBody)('%s', (_name, endpoint) => {
  const raw = (body: string, type: string) =>
    world.server.request(endpoint.path(), {
      method: endpoint.method,
      token: manager.login.token,
      body,
      headers: {
        'Idempotency-Key': randomUUID(),
        'Rt-Actor': manager.id,
        'If-Match': '"1"',
        'Content-Type': type,
      },
    })

  test('is refused with 415 for what is not JSON by its type, and with 400 for what is not by its text', async () => {
    const text = JSON.stringify(endpoint.json)
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp']) {
      expect(await refused(() => raw(text, type))).toBe('415 unsupported_media_type')
    }
    for (const body of ['', '{', '{"a":1}x']) {
      expect(await refused(() => raw(body, 'application/json'))).toBe('400 bad_request')
    }
  })

  test.each(['null', '[]', '"text"', '7'])('is refused with 422 for %s', async (body) => {
    expect(await refused(() => raw(body, 'application/json'))).toBe('422 validation_failed')
  })

  test('is refused with 422 for a field that is nobody’s to set', async () => {
    for (const field of ['rev', 'orgId', 'createdBy', 'createdAt', '__proto__']) {
      const text = JSON.stringify(endpoint.json).replace('{', `{"${field}":"x",`)
      const reply = await raw(text, 'application/json')
      expect(reply.status).toBe(422)
      const { issues } = (await reply.json()) as { issues: { path: string }[] }
      expect(issues.map(({ path }) => path)).toEqual([field])
    }
  })
})

const BAD = {
  transactions: {
    propertyId: ['', 'a b', 7, 'x'.repeat(65)],
    type: ['gift', '', null],
    amountMinor: [0, -1, 0.5, '100', null, 100_000_000_000_000, 2 ** 60],
    currency: ['usd', 'US', 'DOLLARS', 1],
    description: ['', '   ', 'x'.repeat(201), 5, null],
    occurredOn: ['2026-02-30', '2026-1-5', '15.01.2026', '2026-01-15T00:00:00Z', 20_260_115],
  },
  tasks: {
    title: ['', ' \n', 'x'.repeat(161), 5, null],
    assigneeId: ['', 'a b', 5, 'globex-owner'],
    dueOn: ['soon', '2025-02-29', 5],
  },
} as const

const wrong = Object.entries(BAD).flatMap(([table, fields]) =>
  Object.entries(fields).map(([field, values]) => [table, field, values] as const),
)

test.each(wrong)('a bad %s.%s is named, on the way in and in an edit', async (table, field, values) => {
  const [path, json, id] = table === 'tasks' ? [TASKS, wanted, taskId] : [FINANCE, entry, entryId]
  for (const value of values) {
    for (const act of [
      () => manager.write('POST', path, { json: { ...json, [field]: value } }),
      () => manager.write('PATCH', `${path}/${id}`, { json: { [field]: value }, rev: 1 }),
    ]) {
      const before = await everything()
      const reply = await act()
      expect(reply.status, `${field}: ${String(value)}`).toBe(422)
      const { issues } = (await reply.json()) as { issues: { path: string; message: string }[] }
      expect(issues.map((issue) => issue.path)).toEqual([field])
      expect(await everything()).toEqual(before)
    }
  }
})
