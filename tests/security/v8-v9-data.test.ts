import { beforeAll, expect, test } from 'vitest'
import { createTestServer, type TestLogin, type TestServer } from '../support/server.ts'

let server: TestServer
let owner: TestLogin
beforeAll(async () => {
  server = await createTestServer({ env: { TRUSTED_PROXIES: '10.0.0.1' } })
  owner = await server.login()
  return () => server.close()
})

test('V8.2.1 no cache keeps an answer of the API for anybody else', async () => {
  const routes = server.app.routes.filter(({ method, path }) => method === 'GET' && !/[*:]/.test(path))
  for (const { path } of routes) {
    const reply = await server.request(`${path}?p=poller-0001&wait=0`, { token: owner.token })
    expect(reply.headers.get('cache-control'), path).toMatch(/no-store|private, no-cache/)
  }
})

test('V8.3.1 no answer leads to an address with a token in it', async () => {
  for (const path of ['/auth/me', '/auth/sessions', '/api/people', '/config/client']) {
    const text = await (await server.request(path, { token: owner.token })).text()
    expect(text).not.toMatch(/eyJ|v1\.[\w-]+\.[\w-]{22}|\$argon2/)
  }
})

test('V8.3.4 colleagues are told without their addresses, and sessions without what opens them', async () => {
  const people = await (await server.request('/api/people', { token: owner.token })).text()
  expect(people).not.toContain('@')
  const row = await server.store.db
    .selectFrom('sessions')
    .select('sid')
    .where('sh', '=', owner.sh)
    .executeTakeFirstOrThrow()
  const sessions = await (await server.request('/auth/sessions', { token: owner.token })).text()
  expect(sessions).not.toContain(row.sid)
})

test('V9.1.1 a browser that came over TLS is bound to it, and one that did not is told nothing', async () => {
  const ask = (peer: string) =>
    server.app.request(
      'http://a.test/healthz',
      { headers: { 'X-Forwarded-Proto': 'https' } },
      { incoming: { socket: { remoteAddress: peer } } },
    )
  expect((await ask('10.0.0.1')).headers.get('strict-transport-security')).toBe('max-age=63072000')
  expect((await ask('192.0.2.1')).headers.get('strict-transport-security')).toBeNull()
  expect((await server.app.request('https://a.test/healthz')).headers.has('strict-transport-security')).toBe(
    true,
  )
})
