import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { problemOf } from '../support/auth-client.ts'
import { createTestServer, type TestLogin, type TestServer } from '../support/server.ts'

const KEY = 'the key of another server'
const PATH = '/finance/realtime/publish'
let server: TestServer
let owner: TestLogin

beforeEach(async () => {
  server = await createTestServer({
    env: { PUBLISH_API_KEY: KEY, PUBLISH_EVENTS_PER_S: '10', PUBLISH_BYTES_PER_S: '1024' },
  })
  owner = await server.login()
})
afterEach(() => server.close())

const property = () => owner.properties[0]?.id ?? ''
const event = (eventId: string, more: object = {}) => ({
  eventId,
  type: 'transaction.updated',
  propertyId: property(),
  data: { id: 'row-1' },
  ...more,
})
const send = (events: unknown, more: object = {}, token = KEY, path = PATH) =>
  server.request(path, { method: 'POST', token, json: { orgId: 'acme', events, ...more } })
const issuesOf = async (reply: Response) =>
  ((await reply.json()) as { issues: { path: string }[] }).issues.map(({ path }) => path)

describe('publishing from another server', () => {
  test('reaches a poll of the organisation, and the cursor stands behind it', async () => {
    const published = await send([event('e1'), event('e2')])
    expect(published.status).toBe(202)
    const { cursor, ...counts } = (await published.json()) as Record<string, unknown>
    expect(counts).toEqual({ accepted: 2, duplicates: 0 })
    const [epoch] = String(cursor).split('.')
    const poll = await server.request('/realtime/subscribe?p=poller-0001&wait=0', {
      token: owner.token,
      headers: { 'Rt-Cursor': `${epoch}.0` },
    })
    const answer = (await poll.json()) as { cursor: string; events: { eventId: string; orgId: string }[] }
    expect(answer.events.map(({ eventId, orgId }) => [eventId, orgId])).toEqual([
      ['e1', 'acme'],
      ['e2', 'acme'],
    ])
    expect(answer.cursor).toBe(cursor)
  })

  test('I10: the same eventId again is a duplicate, also within a batch', async () => {
    await send([event('e1')])
    expect(await (await send([event('e1'), event('e2'), event('e2')])).json()).toMatchObject({
      accepted: 1,
      duplicates: 2,
    })
  })

  test('without a key at the server there is no such endpoint', async () => {
    const closed = await createTestServer()
    const json = { orgId: 'acme', events: [event('e1')] }
    const told = await closed.request(PATH, { method: 'POST', token: KEY, json })
    const never = await closed.request('/finance/realtime/nothing', { method: 'POST', token: KEY, json })
    expect(await problemOf(told.clone())).toBe('404 not_found')
    expect({ ...(await told.json()), requestId: '' }).toEqual({ ...(await never.json()), requestId: '' })
    await closed.close()
  })

  test('no key, a wrong one, one that begins alike and a token of a person are refused', async () => {
    const without = await server.request(PATH, { method: 'POST', json: {} })
    expect(await problemOf(without)).toBe('401 auth_missing')
    for (const wrong of ['x', KEY.slice(0, -1), `${KEY}x`, owner.token])
      expect(await problemOf(await send([event('e1')], {}, wrong))).toBe('401 token_invalid')
  })

  test('a type of another topic, and one that is none, are named', async () => {
    const events = [event('e1', { type: 'task.created' }), event('e2'), event('e3', { type: 'toString' })]
    expect(await issuesOf(await send(events))).toEqual(['events.0.type', 'events.2.type'])
    const task = await send([event('e1', { type: 'task.created' })], {}, KEY, '/tasks/realtime/publish')
    expect(task.status).toBe(202)
  })

  test('a property of another organisation is refused, and a row of another organisation or property', async () => {
    const other = (await server.login('owner@globex.test')).properties[0]?.id
    expect(await issuesOf(await send([event('e1', { propertyId: other })]))).toEqual(['events.0.propertyId'])
    expect(await issuesOf(await send([event('e1')], { orgId: 'globex' }))).toEqual(['events.0.propertyId'])
    expect(await issuesOf(await send([event('e1', { data: { orgId: 'globex' } })]))).toEqual([
      'events.0.data.orgId',
    ])
    expect(await issuesOf(await send([event('e1', { data: { propertyId: other } })]))).toEqual([
      'events.0.data.propertyId',
    ])
    expect(server.broker.stats().published).toBe(0)
  })

  test('a batch or an event that is too large is refused with what to do', async () => {
    const many = await send(Array.from({ length: 101 }, (_, n) => event(`e${n}`)))
    expect(((await many.clone().json()) as { detail: string }).detail).toContain('Send it in parts')
    expect(await problemOf(many)).toBe('413 too_large')
    const large = await send([event('e1', { data: { description: 'x'.repeat(9000) } })])
    expect(await problemOf(large)).toBe('413 too_large')
    expect(await problemOf(await send([event('e1', { data: { text: 'x'.repeat(70_000) } })]))).toBe(
      '413 too_large',
    )
  })

  test('no events, no object and an unknown field are refused', async () => {
    for (const events of [[], null, [event('e1', { data: [] })], [event('e1', { seq: 7 })], [event('é')]])
      expect(await problemOf(await send(events))).toBe('422 validation_failed')
  })
})

describe('the quota of an organisation', () => {
  const batch = (from: number, size = 100) => Array.from({ length: size }, (_, n) => event(`e${from + n}`))

  test('is used up by events, says when to come again, and comes back with time', async () => {
    expect((await send(batch(0))).status).toBe(202)
    const full = await send(batch(100, 20))
    expect(full.headers.get('retry-after')).toBe('2')
    expect(await problemOf(full)).toBe('429 rate_limited')
    expect(server.broker.stats().published).toBe(100)
    await server.clock.advance(2000)
    expect((await send(batch(100, 20))).status).toBe(202)
  })

  test('is used up by bytes as well', async () => {
    const big = (id: string) => event(id, { data: { text: 'x'.repeat(7000) } })
    for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 9]) expect((await send([big(`e${n}`)])).status).toBe(202)
    expect(await problemOf(await send([big('e10')]))).toBe('429 rate_limited')
  })

  test('is no business of another organisation', async () => {
    await send(batch(0))
    const other = (await server.login('owner@globex.test')).properties[0]?.id
    const reply = await send([event('g1', { propertyId: other })], { orgId: 'globex' })
    expect(reply.status).toBe(202)
  })
})
