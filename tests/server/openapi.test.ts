import { beforeAll, expect, test } from 'vitest'
import type { TransactionPage, TransactionRow } from '../../worker/wire/finance.ts'
import type { TaskRow } from '../../worker/wire/tasks.ts'
import { ENDPOINTS } from '../../server/openapi/openapi.ts'
import { createDocumented, type OpenApiDocument } from '../support/documented.ts'
import { createDomainWorld, type DomainWorld } from '../support/domain-world.ts'
import { createTestServer } from '../support/server.ts'

const LEDGER = '/api/finance/transactions'
const POLLER = 'p=poller-0001&wait=0'
let world: DomainWorld
let document: OpenApiDocument

beforeAll(async () => {
  world = await createDomainWorld()
  document = (await (await world.server.request('/openapi.json')).json()) as OpenApiDocument
  return () => world.close()
})

function routesOf(app: { routes: { method: string; path: string }[] }): string[] {
  const routes = app.routes
    .filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
  return [...new Set(routes)].toSorted()
}

test('every route of the server is described, and every description is of a route', async () => {
  const server = await createTestServer({ env: { PUBLISH_API_KEY: 'a key of another server' } })
  expect(ENDPOINTS.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(routesOf(server.app))
  await server.close()
})

test('a server describes the routes it has and no other', () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  )
  expect(described.toSorted()).toEqual(routesOf(world.server.app))
})

test('no reference of the document leads nowhere', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)]
  const missing = references.filter(([, kind = '', name = '']) => !document.components[kind]?.[name])
  expect(references.length).toBeGreaterThan(100)
  expect(missing.map(([reference]) => reference)).toEqual([])
})

test('no answer and no body is described by a schema that takes anything', () => {
  const empty = Object.entries(document.components.schemas ?? {}).filter(
    ([, schema]) => !/"(?:type|anyOf|oneOf)":/.test(JSON.stringify(schema)),
  )
  expect(empty.map(([name]) => name)).toEqual([])
})

test('real answers of every endpoint are as the document describes them', async () => {
  const { server } = world
  const documented = createDocumented(document)
  const faults: string[] = []
  const look = async (method: string, path: string, reply: Response) =>
    void faults.push(...(await documented.faultsOf(method, path, reply.clone())))
  const owner = await world.member('owner@acme.test')
  const staff = await world.member('staff1@acme.test')
  const get = async (path: string, headers: Record<string, string> = {}, who = owner) => {
    const reply = await who.get(path, headers)
    await look('GET', path, reply)
    return reply
  }
  const write = async (method: 'POST' | 'PATCH' | 'DELETE', path: string, init: object = {}, who = owner) => {
    const reply = await who.write(method, path, init)
    await look(method, path, reply)
    return reply
  }
  const post = async (path: string, json: unknown, init: object = {}) => {
    const reply = await server.request(path, { method: 'POST', json, ...init })
    await look('POST', path, reply)
    return reply
  }

  for (const path of ['/healthz', '/readyz', '/openapi.json', '/auth/me', '/auth/sessions', '/auth/audit'])
    await get(path)
  await get('/auth/audit', {}, staff)
  await get('/api/people')
  for (const path of ['profit-loss', 'today-pending', 'daily-approvals']) await get(`/api/finance/${path}`)
  await get('/api/finance/profit-loss?from=tomorrow')
  await get('/metrics')
  const metrics = '/finance/realtime/metrics'
  await get(`${metrics}/history?since=never`)
  await get('/tenant-metrics?by=nothing')
  for (const path of [metrics, `${metrics}/history`, '/telemetry/summary', '/tenant-metrics']) {
    await get(path)
    await get(path, {}, staff)
  }
  const config = await get('/config/client')
  await get('/config/client', { 'If-None-Match': config.headers.get('etag') ?? '' })
  await get('/finance/events/subscribe')

  const page = await get(`${LEDGER}?limit=2`)
  await get(`${LEDGER}?limit=2`, { 'If-None-Match': page.headers.get('etag') ?? '' })
  const { cursor } = (await page.json()) as TransactionPage
  const [epoch] = cursor.split('.')
  const property = owner.login.properties[0]!.id
  const entry = {
    propertyId: property,
    type: 'expense',
    amountMinor: 1250,
    currency: 'USD',
    description: 'Paint',
    occurredOn: '2026-01-15',
  }
  const enter = async () => (await (await write('POST', LEDGER, { json: entry })).json()) as TransactionRow
  const [first, second, third] = [await enter(), await enter(), await enter()]
  await write('POST', LEDGER, { json: { ...entry, amountMinor: 0 } })
  await write('POST', LEDGER, { json: entry, headers: { 'Rt-Actor': 'somebody' } })
  await write('POST', LEDGER, { json: entry, headers: { 'Idempotency-Key': null } })
  await write('PATCH', `${LEDGER}/${first.id}`, { json: { description: 'Brush' }, rev: 1 })
  await write('PATCH', `${LEDGER}/${first.id}`, { json: { description: 'Tin' }, rev: 1 })
  await write('PATCH', `${LEDGER}/${first.id}`, { json: { description: 'Tin' } })
  await write('PATCH', `${LEDGER}/nobody`, { json: { description: 'Tin' }, rev: 1 })
  await write('POST', `${LEDGER}/${first.id}/approve`, { rev: 2 })
  await write('POST', `${LEDGER}/${first.id}/approve`, { rev: 3 })
  await write('POST', `${LEDGER}/${second.id}/reject`, { rev: 1 })
  await write('DELETE', `${LEDGER}/${third.id}`, { rev: 1 })
  const tasks = await get('/api/tasks?limit=2')
  await get('/api/tasks?limit=2', { 'If-None-Match': tasks.headers.get('etag') ?? '' })
  const task = { propertyId: property, title: 'Look at the roof' }
  const made = (await (await write('POST', '/api/tasks', { json: task })).json()) as TaskRow
  await write('PATCH', `/api/tasks/${made.id}`, { json: { status: 'done' }, rev: 1 })

  for (const path of ['/realtime/subscribe', '/finance/realtime/subscribe', '/tasks/realtime/subscribe']) {
    await get(`${path}?${POLLER}`)
    await get(`${path}?${POLLER}`, { 'Rt-Cursor': `${epoch}.0` })
    await get(`${path}?${POLLER}`, { 'Rt-Cursor': 'elsewhere.4' })
    await get(`${path}?${POLLER}`, { 'Rt-Cursor': 'nonsense' })
    await get(path)
    await get(`${path}?${POLLER}&properties=nobodys`)
    await look('GET', path, await server.request(`${path}?${POLLER}`))
  }

  for (const path of ['/streams/finance', '/streams/tasks']) {
    const all = await get(path)
    await get(path, { 'If-None-Match': all.headers.get('etag') ?? '' })
    await get(`${path}?offset=elsewhere.4`)
    await get(`${path}?offset=nonsense`)
    const held = get(`${path}?offset=now&live=long-poll`)
    await server.clock.advance(26_000)
    await held
  }

  const ours = { headers: { 'Rt-Client': '1' } }
  const login = { email: 'staff2@acme.test', password: 'standpipe-demo' }
  await post('/auth/login', login, ours)
  await post('/auth/login', { ...login, password: 'wrong' }, ours)
  await post('/auth/login', login)
  const session = await server.login('staff2@acme.test')
  const again = { ...ours, cookie: session.cookie }
  await post('/auth/refresh', { sh: session.sh }, again)
  await post('/auth/refresh', { sh: 'another' }, again)
  await post('/auth/refresh', { sh: session.sh }, ours)
  await post('/auth/logout', { sh: session.sh }, again)
  const { sh } = await server.login()
  await look('DELETE', `/auth/sessions/${sh}`, await owner.write('DELETE', `/auth/sessions/${sh}`))
  await look('DELETE', '/auth/sessions/none', await owner.write('DELETE', '/auth/sessions/none'))
  await post('/telemetry/client', { records: [{ name: 'nonsense' }] }, { token: owner.login.token })
  await post('/telemetry/client', { records: 1 }, { token: owner.login.token })

  expect(faults).toEqual([])
  const normal = [...documented.described].filter((answer) => / [23]\d\d$/.test(answer))
  expect(normal.filter((answer) => !documented.seen.has(answer))).toEqual([])
})

test('an answer that lacks what is promised is told', async () => {
  const documented = createDocumented(document)
  const json = { 'Content-Type': 'application/json' }
  const faults = (body: object) =>
    documented.faultsOf(
      'GET',
      `/realtime/subscribe?${POLLER}`,
      new Response(JSON.stringify(body), { headers: json }),
    )
  const owner = await world.member('owner@acme.test')
  const answer = (await (await owner.get(`/realtime/subscribe?${POLLER}`)).json()) as { cursor?: string }
  expect(await faults(answer)).toEqual([])
  delete answer.cursor
  expect(await faults(answer)).not.toEqual([])
  expect(await documented.faultsOf('GET', '/nowhere', new Response('{}'))).toEqual([
    '/nowhere is not described',
  ])
})
