import { beforeAll, describe, expect, test } from 'vitest'
import { BODY_BYTES_MAX } from '../../server/http/read-body.ts'
import { toAsset } from '../../server/static/read-assets.ts'
import { createTestServer, type TestLogin, type TestServer } from '../support/server.ts'
import { HEADER } from '../../worker/wire/headers.ts'

const PAGE = '<!doctype html><title>Standpipe</title>'
const FRIEND = 'https://friend.test'
let server: TestServer
let owner: TestLogin

beforeAll(async () => {
  const assets = new Map([['/index.html', toAsset('/index.html', Buffer.from(PAGE))]])
  server = await createTestServer({ assets, env: { ALLOWED_ORIGINS: FRIEND, CORS_MAX_AGE_S: '60' } })
  // A route of the test's own, so that there is one that fails.
  server.app.get('/api/tests/failing', () => {
    throw new Error('nobody expected this')
  })
  owner = await server.login()
  return () => server.close()
})

const EVERY_KIND: [
  string,
  string,
  { method?: string; headers?: Record<string, string>; body?: string },
  number,
][] = [
  ['a page', '/finance', { headers: { Accept: 'text/html' } }, 200],
  ['health', '/healthz', {}, 200],
  ['a refusal', '/auth/me', {}, 401],
  ['a poll that is refused', '/realtime/subscribe?p=abcdefgh', {}, 401],
  ['the retired endpoint', '/finance/events/subscribe', {}, 410],
  ['a file that is not there', '/assets/gone.js', {}, 404],
  ['an endpoint that is none', '/api/nothing', {}, 404],
  ['a wrong method', '/auth/login', { method: 'PUT' }, 405],
  ['a wrong method on a poll', '/realtime/subscribe', { method: 'POST' }, 405],
  ['a wrong method on a page', '/', { method: 'POST' }, 405],
  ['a preflight', '/realtime/subscribe', { method: 'OPTIONS' }, 204],
]

describe.each(EVERY_KIND)('%s (%s)', (_kind, path, init, status) => {
  test('is marked as ours and carries the id of the exchange', async () => {
    const reply = await server.request(path, {
      ...init,
      headers: { ...init.headers, 'X-Request-Id': 'abc-123' },
    })
    expect([reply.status, reply.headers.get('rt-origin'), reply.headers.get('x-request-id')]).toEqual([
      status,
      '1',
      'abc-123',
    ])
  })

  test.each(['', 'a b', 'x'.repeat(65), '<script>'])('mints an id instead of %j', async (sent) => {
    const reply = await server.request(path, { ...init, headers: { ...init.headers, 'X-Request-Id': sent } })
    expect(reply.headers.get('x-request-id')).toMatch(/^[\w-]{16}$/)
  })
})

async function problemOf(reply: Response) {
  expect(reply.headers.get('content-type')).toBe('application/problem+json')
  return (await reply.json()) as Record<string, unknown>
}

describe('problems', () => {
  test('a path under the API never gets the page', async () => {
    for (const path of [
      '/api',
      '/api/x',
      '/auth/x',
      '/realtime/x',
      '/finance/realtime/x',
      '/tasks/events/x',
      '/streams/x',
    ]) {
      const reply = await server.request(path, {
        headers: { Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate' },
      })
      expect(await problemOf(reply)).toMatchObject({ status: 404, code: 'not_found' })
    }
  })

  test('a wrong method names the right ones', async () => {
    for (const [path, allow] of [
      ['/auth/login', 'POST, OPTIONS'],
      ['/auth/sessions/abc', 'DELETE, OPTIONS'],
      ['/realtime/subscribe', 'GET, HEAD, OPTIONS'],
    ] as const) {
      const reply = await server.request(path, { method: 'PUT' })
      expect(reply.headers.get('allow')).toBe(allow)
      expect(await problemOf(reply)).toMatchObject({ status: 405, code: 'method_not_allowed' })
    }
  })

  test.each([{}, { 'Content-Length': String(BODY_BYTES_MAX + 1) }])(
    'a body over the limit is refused (%j)',
    async (more) => {
      const headers = { 'Rt-Client': '1', 'Content-Type': 'application/json', ...more }
      const body = JSON.stringify({ email: 'x'.repeat(BODY_BYTES_MAX) })
      const reply = await server.request('/auth/login', { method: 'POST', headers, body })
      expect(await problemOf(reply)).toMatchObject({ status: 413, code: 'too_large' })
    },
  )

  test('what nobody meant to throw is told in the log alone, under the id of the exchange', async () => {
    const headers = { 'X-Request-Id': 'find-me' }
    const reply = await server.request('/api/tests/failing', { token: owner.token, headers })
    const text = await reply.text()
    expect(reply.status).toBe(500)
    expect(JSON.parse(text)).toMatchObject({ code: 'internal', requestId: 'find-me' })
    expect(text).not.toContain('nobody expected')
    const entry = server.lines.find(
      ({ level, fields }) => level === 'error' && fields.requestId === 'find-me',
    )
    expect(entry?.fields.error).toContain('nobody expected this')
    expect(reply.headers.get('content-security-policy')).not.toBeNull()
  })
})

describe('other origins', () => {
  test('one on the list may read, with the cookie, and is told for how long a preflight holds', async () => {
    const reply = await server.request('/api/tests/failing', {
      method: 'OPTIONS',
      headers: { Origin: FRIEND, 'Access-Control-Request-Method': 'GET' },
    })
    expect(reply.status).toBe(204)
    expect(reply.headers.get('access-control-allow-origin')).toBe(FRIEND)
    expect(reply.headers.get('access-control-allow-credentials')).toBe('true')
    expect(reply.headers.get('access-control-max-age')).toBe('60')
    const answerOnly: string[] = [HEADER.origin, HEADER.idempotencyReplayed, HEADER.merged, HEADER.gone]
    const sent = Object.values(HEADER).filter((name) => !answerOnly.includes(name))
    const exposed = reply.headers.get('access-control-expose-headers')?.split(', ')
    expect(exposed).toEqual(expect.arrayContaining(answerOnly))
    expect(reply.headers.get('access-control-allow-headers')?.split(', ')).toEqual(
      expect.arrayContaining(sent),
    )
    const refused = await server.request('/auth/me', { headers: { Origin: FRIEND } })
    expect(refused.headers.get('access-control-allow-origin')).toBe(FRIEND)
    expect(refused.headers.get('vary')).toContain('Origin')
  })

  test('any other gets no leave', async () => {
    for (const method of ['OPTIONS', 'GET']) {
      const reply = await server.request('/auth/me', { method, headers: { Origin: 'https://evil.test' } })
      expect([...reply.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })
})

describe('the page', () => {
  test('runs nothing inline and is framed by nobody', async () => {
    const { headers } = await server.request('/', { headers: { Accept: 'text/html' } })
    const policy = headers.get('content-security-policy') ?? ''
    for (const rule of [
      "script-src 'self'",
      "style-src 'self'",
      "frame-ancestors 'none'",
      "worker-src 'self'",
    ]) {
      expect(policy.split('; ')).toContain(rule)
    }
    expect(policy).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('referrer-policy')).not.toBeNull()
    expect(headers.get('cache-control')).toBe('no-cache')
  })
})

describe('the log', () => {
  test('has one line for a request of the API, without its query, and none for a file', async () => {
    server.lines.length = 0
    await server.request('/auth/me?secret=1', {
      token: owner.token,
      headers: { 'User-Agent': 'x'.repeat(500) },
    })
    await server.request('/finance', { headers: { Accept: 'text/html' } })
    const { user, org } = owner
    expect(server.lines).toEqual([
      {
        level: 'info',
        message: '[Request]',
        fields: {
          method: 'GET',
          path: '/auth/me',
          status: 200,
          durationMs: 0,
          requestId: expect.any(String) as string,
          eventIds: [],
          tab: null,
          userId: user.id,
          orgId: org.id,
          ua: 'x'.repeat(120),
        },
      },
    ])
  })
})

describe('readiness', () => {
  test('is there while the store answers', async () => {
    const other = await createTestServer()
    expect((await other.request('/readyz')).status).toBe(200)
    await other.store.close()
    const reply = await other.request('/readyz')
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '1'])
    expect((await other.request('/healthz')).status).toBe(200)
  })

  test('is gone as soon as the server is leaving', async () => {
    const other = await createTestServer({ seed: false })
    void other.realtime.drain({ withinMs: 0, awayMs: 0 })
    expect((await other.request('/readyz')).status).toBe(503)
    expect((await other.request('/healthz')).status).toBe(200)
    await other.close()
  })
})
