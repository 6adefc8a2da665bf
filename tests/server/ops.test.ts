import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { SAMPLE_MS, SAMPLES_MAX } from '../../server/ops/history.ts'
import { createTestServer, type TestLogin, type TestServer } from '../support/server.ts'

const METRICS = '/finance/realtime/metrics'

interface History {
  everyMs: number
  samples: {
    at: number
    waiters: number
    lagMs: number | null
    published: number
    polls: Record<string, number>
  }[]
}

let server: TestServer
let login: TestLogin
let token: string

beforeEach(async () => {
  server = await createTestServer()
  login = await server.login()
  ;({ token } = login)
  server.ops.begin()
  return () => server.close()
})

/** Value of the line that begins so. */
async function exported(line: string): Promise<number> {
  const text = await (await server.request('/metrics')).text()
  const found = text.split('\n').find((each) => each.startsWith(`${line} `))
  return Number(found?.slice(line.length + 1) ?? NaN)
}

const history = async (query = '') => {
  const reply = await server.request(`${METRICS}/history${query}`, { token })
  return (await reply.json()) as History
}

async function enter(): Promise<void> {
  const reply = await server.request('/api/finance/transactions', {
    method: 'POST',
    token,
    headers: { 'Idempotency-Key': randomUUID(), 'Rt-Actor': login.user.id },
    json: {
      propertyId: login.properties[0]?.id,
      type: 'expense',
      amountMinor: 1250,
      currency: 'USD',
      description: 'Paint',
      occurredOn: '2026-01-15',
    },
  })
  expect(reply.status).toBe(201)
}

const poll = (query: string, headers: Record<string, string> = {}) =>
  server.request(`/realtime/subscribe?p=poller-1&${query}`, { token, headers })

describe('for a scraper', () => {
  test('polls are counted by what became of them, and refusals by their code', async () => {
    await poll('wait=0')
    await server.request('/realtime/subscribe?p=poller-1')
    expect(await exported('rt_polls_total{outcome="tip"}')).toBe(1)
    expect(await exported('rt_polls_total{outcome="events"}')).toBe(0)
    expect(await exported('rt_poll_refusals_total{code="auth_missing"}')).toBe(1)
    expect(await exported('rt_poll_held_seconds_count{outcome="tip"}')).toBe(1)
  })

  test('what is held now, kept and published stands there', async () => {
    const held = poll('wait=25')
    await expect.poll(() => exported('rt_waiters')).toBe(1)
    expect(await exported('rt_session_pollers{polls="1"}')).toBe(1)
    await enter()
    await held
    expect(await exported('rt_waiters')).toBe(0)
    expect(await exported('rt_events_published_total')).toBe(1)
    expect(await exported('rt_events_delivered_total')).toBe(1)
    expect(await exported('rt_deliver_lag_seconds_count')).toBe(1)
    expect(await exported('rt_buffer_events')).toBe(1)
  })

  test('a poll that catches up says nothing of how fast events are delivered', async () => {
    const { cursor } = (await (await poll('wait=0')).json()) as { cursor: string }
    await enter()
    await server.clock.advance(5000)
    await poll('wait=25', { 'Rt-Cursor': cursor })
    expect(await exported('rt_polls_total{outcome="events"}')).toBe(1)
    expect(await exported('rt_deliver_lag_seconds_count')).toBe(0)
  })

  test('a process that leaves says so', async () => {
    expect(await exported('rt_draining')).toBe(0)
    void server.realtime.drain({ withinMs: 0, awayMs: 0 })
    expect(await exported('rt_draining')).toBe(1)
  })

  test('no line names an organisation, a property or a person', async () => {
    await poll('wait=0')
    await enter()
    const text = await (await server.request('/metrics')).text()
    expect(text).not.toMatch(/acme|globex|owner|staff|@/)
    expect(text).not.toMatch(/\b(?:org|user|property|session|tenant)(?:_?id)?="/i)
  })
})

describe('the last hours', () => {
  test('hold a sample every ten seconds, and the newest three hours of them', async () => {
    await enter()
    await server.clock.advance(SAMPLE_MS)
    const { everyMs, samples } = await history()
    expect(everyMs).toBe(SAMPLE_MS)
    expect(samples.map(({ published }) => published)).toEqual([0, 1])
    await server.clock.advance(SAMPLE_MS * (SAMPLES_MAX + 5))
    ;({ token } = await server.login('owner@acme.test'))
    expect((await history()).samples).toHaveLength(SAMPLES_MAX)
  })

  test('are told from a moment on, and oddly asked for are refused', async () => {
    await server.clock.advance(3 * SAMPLE_MS)
    const [, second] = (await history()).samples
    expect((await history(`?since=${second!.at}`)).samples).toHaveLength(2)
    expect((await server.request(`${METRICS}/history?since=now`, { token })).status).toBe(400)
  })

  test('say how long deliveries took since the sample before', async () => {
    await server.clock.advance(SAMPLE_MS)
    const held = poll('wait=25')
    await expect.poll(() => exported('rt_waiters')).toBe(1)
    await enter()
    await held
    await server.clock.advance(2 * SAMPLE_MS)
    expect((await history()).samples.map(({ lagMs }) => lagMs !== null)).toEqual([false, false, true, false])
  })

  test.each(['staff1@acme.test', 'manager@globex.test'])('are not told to %s', async (email) => {
    const other = await server.login(email)
    expect((await server.request(`${METRICS}/history`, { token: other.token })).status).toBe(403)
    expect((await server.request(`${METRICS}/history`)).status).toBe(401)
  })
})
