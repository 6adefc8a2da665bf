import { randomUUID } from 'node:crypto'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import type { SubscribeAnswer } from '../../worker/wire/subscribe.ts'
import { createTestServer, type TestLogin, type TestServer } from '../support/server.ts'

const HOUR_MS = 60 * 60 * 1000
const HOLD_MS = 25_000

let server: TestServer
let login: TestLogin
beforeEach(async () => {
  server = await createTestServer()
  onTestFinished(() => server.close())
  login = await server.login()
})

async function isHeld(): Promise<void> {
  await expect
    .poll(async () => {
      const reply = await server.request('/finance/realtime/metrics', { token: login.token })
      return ((await reply.json()) as { waiters: { total: number } }).waiters.total
    })
    .toBe(1)
}

async function poll(query = '', cursor?: string): Promise<SubscribeAnswer & { code?: string }> {
  const reply = await server.request(`/realtime/subscribe?p=abcdefgh${query}`, {
    token: login.token,
    ...(cursor === undefined ? {} : { headers: { 'Rt-Cursor': cursor } }),
  })
  return (await reply.json()) as SubscribeAnswer & { code?: string }
}

async function enter(): Promise<{ status: number }> {
  return server.request('/api/finance/transactions', {
    method: 'POST',
    token: login.token,
    headers: { 'Idempotency-Key': randomUUID(), 'Rt-Actor': login.user.id },
    json: {
      propertyId: login.properties[0]!.id,
      type: 'expense',
      amountMinor: 1250,
      currency: 'USD',
      description: 'Soap',
      occurredOn: '2026-01-15',
    },
  })
}

async function refresh() {
  const reply = await server.request('/auth/refresh', {
    method: 'POST',
    cookie: login.cookie,
    headers: { 'Rt-Client': '1', Origin: 'http://localhost:4000' },
    json: { sh: login.sh },
  })
  return { status: reply.status, body: (await reply.json()) as { accessToken: string; expiresIn: number } }
}

test.each([6 * HOUR_MS, -6 * HOUR_MS])(
  'polls that are held when the clock is set by %i ms, and after, end in their time',
  async (jump) => {
    for (const jumpedMs of [jump, 0]) {
      // A hold never outlives its token, and the clock says when that is.
      login = await server.login()
      let answer: SubscribeAnswer | null = null
      void poll().then((said) => (answer = said))
      await isHeld()
      await server.clock.advance(1000)
      server.clock.jump(jumpedMs)
      await server.clock.advance(HOLD_MS * 0.8)
      expect(answer).toBeNull()
      await server.clock.advance(HOLD_MS * 0.2)
      await expect.poll(() => answer?.outcome).toBe('timeout')
      expect(answer!.heldMs).toBeGreaterThanOrEqual(HOLD_MS * 0.9 - 250)
      expect(answer!.heldMs).toBeLessThanOrEqual(HOLD_MS)
    }
  },
)

test.each([6 * HOUR_MS, -6 * HOUR_MS])(
  'events live their time and not an hour less or more when the clock is set by %i ms',
  async (jump) => {
    const { cursor } = await poll('&wait=0')
    expect((await enter()).status).toBe(201)
    server.clock.jump(jump)
    await server.clock.advance(24_000)
    const at = await server.broker.position('acme')
    expect(at).toMatchObject({ last: 1, trimmed: 0 })
    expect(cursor).toBe(`${at.epoch}.0`)
    await server.clock.advance(1000)
    expect(await server.broker.position('acme')).toMatchObject({ last: 1, trimmed: 1 })
  },
)

test('a clock that is set forward past a token costs one refresh, and no session', async () => {
  server.clock.jump(6 * HOUR_MS)
  expect(await poll('&wait=0')).toMatchObject({ code: 'token_expired' })
  const { status, body } = await refresh()
  expect(status).toBe(200)
  login.token = body.accessToken
  expect(await poll('&wait=0')).toMatchObject({ outcome: 'tip' })
})

test('a clock that is set back signs nobody out: tokens, refreshes and writes go on, and what was written after is told after', async () => {
  const { cursor } = await poll('&wait=0')
  expect((await enter()).status).toBe(201)
  server.clock.jump(-6 * HOUR_MS)
  expect((await enter()).status).toBe(201)
  const told = await poll('&wait=0', cursor)
  expect(told.events.map(({ seq }) => seq)).toEqual([1, 2])
  expect(told.events[1]!.at).toBeLessThan(told.events[0]!.at)
  const { status, body } = await refresh()
  expect([status, body.expiresIn]).toEqual([200, login.expiresIn])
})

test('a session that was ended stays ended when the clock is set back', async () => {
  await server.request('/auth/logout', {
    method: 'POST',
    cookie: login.cookie,
    headers: { 'Rt-Client': '1', Origin: 'http://localhost:4000' },
    json: { sh: login.sh, scope: 'this' },
  })
  server.clock.jump(-6 * HOUR_MS)
  expect(await poll('&wait=0')).toMatchObject({ code: 'session_revoked' })
  expect((await refresh()).status).toBe(401)
})

test('failed logins are not forgiven by a clock that is set forward', async () => {
  const tryOnce = () =>
    server.request('/auth/login', {
      method: 'POST',
      headers: { 'Rt-Client': '1', Origin: 'http://localhost:4000' },
      json: { email: 'staff1@acme.test', password: 'not this' },
    })
  for (let n = 0; n < 10; n += 1) expect((await tryOnce()).status).toBe(401)
  server.clock.jump(6 * HOUR_MS)
  expect((await tryOnce()).status).toBe(429)
})
