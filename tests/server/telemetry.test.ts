import { beforeEach, describe, expect, test } from 'vitest'
import type { TelemetrySummary } from '../../worker/wire/telemetry.ts'
import { REPORTS_MAX } from '../../server/telemetry/report-limit.ts'
import { MINUTES_KEPT } from '../../server/telemetry/report-counts.ts'
import { holdsPrivate } from '../../server/telemetry/holds-private.ts'
import { createTestServer, type TestLogin, type TestServer } from '../support/server.ts'

const PATH = '/telemetry/client'
const RECORD = {
  name: 'auth_401',
  at: 1,
  tabId: 'tab-one',
  requestId: 'req-1',
  build: 'b1',
  fields: { route: 'poll' },
}

let server: TestServer
let owner: TestLogin

beforeEach(async () => {
  server = await createTestServer()
  owner = await server.login()
  return () => server.close()
})

const report = (
  records: unknown,
  headers: Record<string, string> = {},
  token: string | undefined = owner.token,
) =>
  server.request(PATH, {
    method: 'POST',
    json: { records },
    headers,
    ...(token === undefined ? {} : { token }),
  })

const said = async (reply: Response) => [reply.status, ((await reply.json()) as { code?: string }).code]
const taken = async (records: unknown[]) => (await report(records)).json()
const lines = () =>
  server.lines.filter(({ message }) => message === '[Telemetry]').map(({ fields }) => fields)

async function summary(token = owner.token): Promise<TelemetrySummary> {
  return (await (await server.request('/telemetry/summary', { token })).json()) as TelemetrySummary
}

describe('what clients hand in', () => {
  test('is counted and logged, each record by itself; what is wrong is told by number alone', async () => {
    const reply = await report([RECORD, { ...RECORD, name: 'made_up' }, 7, { ...RECORD, extra: 1 }])
    expect([reply.status, await reply.json()]).toEqual([202, { accepted: 1, rejected: 3 }])
    expect(lines()).toHaveLength(1)
    expect((await summary()).totals).toMatchObject({ auth_401: 1, gap: 0 })
  })

  test.each([
    ['fast_empty', { elapsedMs: 12, backoffMs: 3000, isLeader: true }],
    ['leader_acquired', { generation: 3 }],
    ['leader_takeover', { reason: 'hung' }],
    ['auth_401', {}],
    ['auth_403', { route: 'api' }],
    ['network_0', { route: 'refresh' }],
    ['gap', { reason: 'trimmed', missedAtMost: 4 }],
    ['outbox_parked', { code: 'forbidden' }],
    ['refresh_failed', { code: 'session_revoked' }],
  ])('%s has its own fields and no others', async (name, fields) => {
    const strange = { ...RECORD, name, fields: { ...fields, note: 'x' } }
    expect(await taken([{ ...RECORD, name, fields }, strange])).toEqual({ accepted: 1, rejected: 1 })
  })

  test('is refused where it holds a token, an address or a whole user agent, wherever that stands', async () => {
    const [head = ''] = owner.token.split('.')
    const ua = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36'
    const bad = [
      { ...RECORD, build: owner.token },
      { ...RECORD, tabId: head.slice(0, 60) },
      { ...RECORD, fields: { route: 'poll', [owner.token]: 1 } },
      { ...RECORD, requestId: 'owner@acme.test' },
      { ...RECORD, build: ua },
      { ...RECORD, fields: { a: { b: [{ c: `Bearer ${owner.token}` }] } } },
    ]
    expect(await taken(bad)).toEqual({ accepted: 0, rejected: bad.length })
    expect(JSON.stringify(server.lines)).not.toContain(head)
    expect(JSON.stringify(server.lines.filter(({ message }) => message.includes('Telemetry')))).not.toMatch(
      /@|Mozilla/,
    )
  })

  test('is kept with hashes of who and where, the same for the same, and with strings cut', async () => {
    await report([{ ...RECORD, build: 'b'.repeat(300) }, RECORD, { ...RECORD, tabId: 'tab-two' }], {
      'User-Agent': 'Mozilla/5.0 (Secret OS 12.1) AppleWebKit/1 Chrome/150.0.1',
    })
    const [first, second, third] = lines()
    expect(first).toMatchObject({ requestId: 'req-1', engine: 'chromium', build: 'b'.repeat(24) })
    expect(first).toMatchObject({ tab: second?.tab, user: third?.user, org: third?.org })
    expect(third?.tab).not.toBe(first?.tab)
    const text = JSON.stringify(lines())
    for (const secret of ['tab-one', owner.user.id, `"${owner.org.id}"`, owner.sh, 'Secret OS'])
      expect(text).not.toContain(secret)
  })

  test('has the tab of its request in the log line, as the same hash', async () => {
    await server.request('/api/people', {
      token: owner.token,
      headers: { 'Rt-Tab': 'tab-one', 'X-Request-Id': 'req-1' },
    })
    await report([RECORD])
    const request = server.lines.find(({ fields }) => fields.path === '/api/people')?.fields
    expect(request).toMatchObject({ requestId: 'req-1', tab: lines()[0]?.tab })
    expect(request?.tab).toMatch(/^[\w-]{16}$/)
  })

  test('a write is one line, with the events it caused; they carry its request id; a write told again caused none', async () => {
    const { epoch, last } = await server.broker.position(owner.org.id)
    const json = {
      propertyId: owner.properties[0]?.id,
      type: 'expense',
      amountMinor: 100,
      currency: 'USD',
      description: 'Traced',
      occurredOn: '2026-01-15',
    }
    const key = '00000000-0000-4000-8000-000000000001'
    for (const requestId of ['req-7', 'req-8']) {
      const headers = { 'Idempotency-Key': key, 'Rt-Actor': owner.user.id, 'X-Request-Id': requestId }
      const init = { method: 'POST', token: owner.token, headers, json }
      expect((await server.request('/api/finance/transactions', init)).status).toBe(201)
    }
    const read = await server.broker.read(owner.org.id, { epoch, seq: last }, { events: 9, bytes: 99_999 })
    const events = 'events' in read ? read.events : []
    expect(events.map(({ requestId }) => requestId)).toEqual(['req-7'])
    const said = server.lines.filter(({ fields }) => fields.path === '/api/finance/transactions')
    expect(said.map(({ fields }) => [fields.requestId, fields.eventIds])).toEqual([
      ['req-7', [events[0]?.eventId]],
      ['req-8', []],
    ])
  })

  test('is refused past 64 KiB, when it is no JSON, and when it is something else', async () => {
    expect(await said(await report(['x'.repeat(64 * 1024)]))).toEqual([413, 'too_large'])
    expect(await said(await report('all'))).toEqual([422, 'validation_failed'])
    expect(await said(await report(Array.from({ length: 101 }, () => RECORD)))).toEqual([
      422,
      'validation_failed',
    ])
    const text = { method: 'POST', token: owner.token, body: '{}' }
    expect(await said(await server.request(PATH, text))).toEqual([415, 'unsupported_media_type'])
  })

  test('is answered 429 past a session’s share, with a time to wait; another session goes on', async () => {
    for (let n = 0; n < REPORTS_MAX; n += 1) expect((await report([])).status).toBe(202)
    const reply = await report([])
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await said(reply)).toEqual([429, 'rate_limited'])
    const other = await server.login('manager@acme.test')
    expect((await report([], {}, other.token)).status).toBe(202)
    await server.clock.advance(60_000)
    expect((await report([])).status).toBe(202)
  })
})

test.each([
  ['a token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln', true],
  ['the head of one', 'eyJhbGciOiJIUzI1NiJ9', true],
  ['the name of a field', { 'a@b.test': 1 }, true],
  ['a text deep inside', { a: [{ b: { c: 'see a@b.test' } }] }, true],
  ['what is deeper than any record', { a: { a: { a: { a: { a: { a: { a: 1 } } } } } } }, true],
  ['a user agent', 'Mozilla/5.0 (X11)', true],
  ['a header', 'bearer abc', true],
  ['ids, numbers and words', { id: '0190a5b2-7c1e-7def-8abc-0123456789ab', n: 3, b: true, x: null }, false],
])('%s is private or not', (_, value, expected) => {
  expect(holdsPrivate(value)).toBe(expected)
})

describe('who may hand in', () => {
  const passOf = async () => (await report([])).headers.get('rt-pass') ?? ''
  const withPass = (pass: string) => report([RECORD], { 'Rt-Pass': pass }, '')
  const nobody = (headers: Record<string, string> = {}) =>
    server.request(PATH, { method: 'POST', json: { records: [RECORD] }, headers })

  test('nobody without a token, with one that ran out, and with that of a session that has ended', async () => {
    expect(await said(await nobody())).toEqual([401, 'auth_missing'])
    expect(await said(await report([], {}, `${owner.token}x`))).toEqual([401, 'token_invalid'])
    const other = await server.login()
    await server.request(`/auth/sessions/${other.sh}`, { method: 'DELETE', token: owner.token })
    expect(await said(await report([], {}, other.token))).toEqual([401, 'session_revoked'])
    await server.clock.advance(600_000)
    expect(await said(await report([]))).toEqual([401, 'token_expired'])
    expect(lines()).toEqual([])
  })

  test('a page that has no token any more, with the pass its session was given; it counts for that organisation', async () => {
    const pass = await passOf()
    const reply = await nobody({ 'Rt-Pass': pass })
    expect([reply.status, reply.headers.get('rt-pass')]).toEqual([202, null])
    expect((await summary()).totals.auth_401).toBe(1)
    const globex = await server.login('owner@globex.test')
    expect((await summary(globex.token)).totals.auth_401).toBe(0)
  })

  test('a pass is good for nothing else, and a token that is refused is not mended by one', async () => {
    const headers = { 'Rt-Pass': await passOf() }
    for (const path of ['/telemetry/summary', '/config/client', '/auth/me'])
      expect((await server.request(path, { headers })).status).toBe(401)
    expect(await said(await report([], headers, 'x'))).toEqual([401, 'token_invalid'])
    expect((await server.request('/auth/me', { token: headers['Rt-Pass'] })).status).toBe(401)
  })

  test('not with a pass that was altered, has run out, or whose session has ended', async () => {
    const pass = await passOf()
    const globex = await server.login('owner@globex.test')
    const forged = pass.replace(owner.org.id, globex.org.id)
    expect(forged).not.toBe(pass)
    for (const bad of [forged, `${pass}x`, '~', '~~~~', 'x'])
      expect(await said(await nobody({ 'Rt-Pass': bad }))).toEqual([401, 'token_invalid'])
    const other = await server.login()
    const ended = (await report([], {}, other.token)).headers.get('rt-pass') ?? ''
    await server.request(`/auth/sessions/${other.sh}`, { method: 'DELETE', token: owner.token })
    expect(await said(await nobody({ 'Rt-Pass': ended }))).toEqual([401, 'session_revoked'])
    await server.clock.advance(600_000)
    expect(await said(await nobody({ 'Rt-Pass': pass }))).toEqual([401, 'token_expired'])
    expect((await withPass(ended)).status).toBe(401)
  })
})

describe('the summary', () => {
  test('is of the caller’s organisation alone, by minute of the server’s clock', async () => {
    const globex = await server.login('owner@globex.test')
    await report([RECORD, RECORD])
    await server.clock.advance(60_000)
    await report([{ ...RECORD, at: 5 }])
    await report([{ ...RECORD, name: 'gap', fields: {} }], {}, globex.token)
    const { minutes, totals } = await summary()
    expect(minutes.map(({ counts }) => counts)).toEqual([{ auth_401: 2 }, { auth_401: 1 }])
    expect((minutes[1]?.at ?? 0) - (minutes[0]?.at ?? 0)).toBe(60_000)
    expect(totals).toMatchObject({ auth_401: 3, gap: 0 })
    expect((await summary(globex.token)).totals).toMatchObject({ auth_401: 0, gap: 1 })
  })

  test('forgets what is older than an hour', async () => {
    await report([RECORD])
    const kept = await server.login()
    await server.clock.advance(MINUTES_KEPT * 60_000)
    const later = await server.login()
    expect(await summary(later.token)).toMatchObject({ minutes: [], totals: { auth_401: 0 } })
    expect(kept.token).not.toBe(later.token)
  })

  test.each([
    ['owner@acme.test', 200],
    ['manager@acme.test', 403],
    ['staff1@acme.test', 403],
  ])('%s reading it is answered %i', async (email, status) => {
    const { token } = await server.login(email)
    expect((await server.request('/telemetry/summary', { token })).status).toBe(status)
  })

  test('asks for a token that has not run out', async () => {
    expect(await said(await server.request('/telemetry/summary'))).toEqual([401, 'auth_missing'])
    await server.clock.advance(600_000)
    const reply = await server.request('/telemetry/summary', { token: owner.token })
    expect(await said(reply)).toEqual([401, 'token_expired'])
  })
})
