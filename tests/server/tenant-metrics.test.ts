import { beforeEach, describe, expect, test } from 'vitest'
import type { TenantRow } from '../../server/ops/tenant-rows.ts'
import { LOOK_REST_MS } from '../../server/ops/top-tenants.ts'
import { ORG_META_TTL_MS } from '../../server/realtime/limits.ts'
import { problemOf } from '../support/auth-client.ts'
import { createTestServer, type TestLogin, type TestServer } from '../support/server.ts'

const KEY = 'the key of the operator'
const PATH = '/tenant-metrics'
/** For a poll to be held, on a machine that has other things to do. */
const PATIENCE = { timeout: 25_000 }
const ZEROS = {
  waiters: 0,
  sessions: 0,
  bufferedEvents: 0,
  bufferedBytes: 0,
  published: 0,
  delivered: 0,
  dropped: 0,
  gaps: 0,
  polls: 0,
}

interface Told {
  at: number
  by?: string
  orgs?: number
  rows: TenantRow[]
}

let server: TestServer
let owner: TestLogin
beforeEach(async () => {
  server = await createTestServer({ env: { OPERATOR_KEY: KEY, MAX_BUFFER_SIZE: '5' } })
  owner = await server.login()
  return () => server.close()
})

let serial = 0
function publish(orgId: string, count: number): Promise<unknown> {
  const events = Array.from({ length: count }, () => ({
    eventId: `n${(serial += 1)}`,
    type: 'transaction.created',
    topic: 'finance',
    orgId,
    propertyId: `${orgId}-p1`,
    at: server.clock.now(),
    data: { id: 'row' },
  }))
  return server.broker.publish(orgId, events)
}

const ask = (token: string, query = '') => server.request(`${PATH}${query}`, { token })
const told = async (token: string, query = '') => (await (await ask(token, query)).json()) as Told
const ownRow = async () => (await told(owner.token)).rows[0]!
const poll = (query: string, headers: Record<string, string> = {}, token = owner.token) =>
  server.request(`/realtime/subscribe?p=poller-0001&${query}`, { token, headers })

describe('an owner', () => {
  test('is told zeros while nothing has happened', async () => {
    expect(await told(owner.token)).toEqual({ at: server.clock.now(), rows: [{ org: 'acme', ...ZEROS }] })
  })

  test('is told what the own organisation holds, keeps and has done', async () => {
    const { cursor } = (await (await poll('wait=0')).json()) as { cursor: string }
    await publish('acme', 3)
    await poll('wait=0', { 'Rt-Cursor': cursor })
    await publish('acme', 4)
    await poll('wait=0', { 'Rt-Cursor': cursor })
    const held = poll('wait=25')
    await expect.poll(async () => (await ownRow()).waiters, PATIENCE).toBe(1)
    const { bufferedBytes, ...row } = await ownRow()
    expect(bufferedBytes).toBe(server.broker.stats().bytes)
    expect(row).toEqual({
      org: 'acme',
      waiters: 1,
      sessions: 1,
      bufferedEvents: 5,
      published: 7,
      delivered: 3,
      dropped: 2,
      gaps: 1,
      polls: 3,
    })
    await server.clock.advance(26_000)
    await held
    expect(await ownRow()).toMatchObject({ waiters: 0, sessions: 0, polls: 4 })
  })

  test('is told of one session less as soon as one holds no poll any more', async () => {
    const manager = await server.login('manager@acme.test')
    const polls = [poll('wait=5'), poll('wait=25', {}, manager.token)]
    await expect.poll(async () => (await ownRow()).sessions, PATIENCE).toBe(2)
    await server.clock.advance(6000)
    expect(await ownRow()).toMatchObject({ waiters: 1, sessions: 1 })
    await server.clock.advance(26_000)
    await Promise.all(polls)
  })

  test('is told the same of a stream', async () => {
    await publish('acme', 2)
    await server.request('/streams/finance', { token: owner.token })
    expect(await ownRow()).toMatchObject({ polls: 1, delivered: 2 })
  })

  test('finds events that grew old in no figure of dropped ones', async () => {
    await publish('acme', 3)
    await server.clock.advance(60_000)
    expect(await ownRow()).toMatchObject({ published: 3, bufferedEvents: 0, dropped: 0 })
  })

  test('is told the own row whatever the ranking asks for, and an odd question is refused', async () => {
    await publish('globex', 9)
    expect((await told(owner.token, '?by=published&top=50')).rows.map(({ org }) => org)).toEqual(['acme'])
    for (const query of ['?by=polls', '?by=constructor', '?by=', '?top=0', '?top=51', '?top=1e1', '?top=-1'])
      expect(await problemOf(await ask(owner.token, query))).toBe('400 bad_request')
  })

  test('reads without a key at the server as well, which then knows no operator', async () => {
    const without = await createTestServer()
    const { token } = await without.login()
    expect((await without.request(PATH, { token })).status).toBe(200)
    for (const key of [KEY, 'null', 'undefined'])
      expect(await problemOf(await without.request(PATH, { token: key }))).toBe('401 token_invalid')
    const empty = await without.request(PATH, { headers: { Authorization: 'Bearer ' } })
    expect(await problemOf(empty)).toBe('401 token_invalid')
    await without.close()
  })

  test('that calls without end waits, as with every other call', async () => {
    const slow = await createTestServer({ env: { CALLS_PER_S_PER_SESSION: '1' } })
    const { token } = await slow.login()
    for (let n = 0; n < 20; n += 1) expect((await slow.request(PATH, { token })).status).toBe(200)
    expect(await problemOf(await slow.request(PATH, { token }))).toBe('429 rate_limited')
    await slow.close()
  })
})

describe('nobody else', () => {
  test.each(['manager@acme.test', 'staff1@acme.test'])('is told anything: %s', async (email) => {
    const { token } = await server.login(email)
    expect(await problemOf(await ask(token))).toBe('403 forbidden')
  })

  test('is told anything without a token, with one that ran out, or one that was ended', async () => {
    expect(await problemOf(await server.request(PATH))).toBe('401 auth_missing')
    const ended = await server.login()
    await server.request(`/auth/sessions/${ended.sh}`, { method: 'DELETE', token: ended.token })
    expect(await problemOf(await ask(ended.token))).toBe('401 session_revoked')
    await server.clock.advance(600_000)
    expect(await problemOf(await ask(owner.token))).toBe('401 token_expired')
  })

  test('uses up the tries of a key with a token that was ours', async () => {
    await server.clock.advance(600_000)
    for (let n = 0; n < 30; n += 1) expect(await problemOf(await ask(owner.token))).toBe('401 token_expired')
    expect((await ask(KEY)).status).toBe(200)
  })
})

describe('the operator', () => {
  test('is told of all organisations, the highest first, and how many there are', async () => {
    await publish('acme', 3)
    await publish('globex', 9)
    await publish('initech', 6)
    const { at, by, orgs, rows } = await told(KEY, '?by=published&top=2')
    expect({ at, by, orgs }).toEqual({ at: server.clock.now(), by: 'published', orgs: 3 })
    expect(rows.map(({ org, published }) => [org, published])).toEqual([
      ['globex', 9],
      ['initech', 6],
    ])
  })

  test('is told ten by held polls when nothing else is asked for, and of equals those whose id sorts first', async () => {
    for (let n = 0; n < 12; n += 1) await publish(`org-${String(n).padStart(2, '0')}`, 1)
    const held = poll('wait=25')
    await expect.poll(() => server.realtime.held(), PATIENCE).toBe(1)
    const { by, rows } = await told(KEY)
    expect(by).toBe('waiters')
    expect(rows.map(({ org }) => org)).toEqual(['acme', ...Array.from({ length: 9 }, (_, n) => `org-0${n}`)])
    await server.clock.advance(26_000)
    await held
  })

  test('ranks in every order there is', async () => {
    await publish('acme', 9)
    await publish('globex', 2)
    for (const by of ['events', 'bytes', 'published', 'delivered', 'gaps', 'dropped', 'waiters'])
      expect((await told(KEY, `?by=${by}&top=1`)).rows.map(({ org }) => org)).toEqual(['acme'])
    for (const query of ['?by=polls', '?by=__proto__', '?top=0', '?top=51', '?top=x'])
      expect(await problemOf(await ask(KEY, query))).toBe('400 bad_request')
  })

  test('is told no name, property or person', async () => {
    await publish('acme', 3)
    const text = await (await ask(KEY)).text()
    expect(text).not.toMatch(/acme-p|@|owner|Acme/)
  })

  test('looks without keeping anybody known: counts go with the feed, a day after its last use', async () => {
    await publish('acme', 3)
    for (let hour = 0; hour < 25; hour += 1) {
      await server.clock.advance(ORG_META_TTL_MS / 24)
      await told(KEY)
    }
    expect(await told(KEY)).toMatchObject({ orgs: 0, rows: [] })
    owner = await server.login()
    expect(await ownRow()).toEqual({ org: 'acme', ...ZEROS })
  })

  test('opens no feed and keeps none by asking for one', async () => {
    await publish('acme', 1)
    expect(server.broker.knownOrg('globex')).toBeNull()
    for (let hour = 0; hour < 25; hour += 1) {
      await server.clock.advance(ORG_META_TTL_MS / 24)
      server.broker.knownOrg('acme')
    }
    expect(server.broker.stats().orgs).toBe(0)
  })

  test('is told of what is new after a second', async () => {
    await publish('acme', 1)
    expect((await told(KEY)).orgs).toBe(1)
    await publish('globex', 1)
    expect((await told(KEY)).orgs).toBe(1)
    await server.clock.advance(LOOK_REST_MS)
    expect((await told(KEY)).orgs).toBe(2)
  })
})
