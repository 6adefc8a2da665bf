import { beforeAll, expect, test } from 'vitest'
import { toAsset } from '../../server/static/read-assets.ts'
import { BODY_BYTES_MAX } from '../../server/http/read-body.ts'
import { OURS, problemOf } from '../support/auth-client.ts'
import { createTestServer, type TestLogin, type TestServer } from '../support/server.ts'

let server: TestServer
let owner: TestLogin
beforeAll(async () => {
  const assets = new Map([['/index.html', toAsset('/index.html', Buffer.from('<!doctype html>'))]])
  server = await createTestServer({ assets })
  owner = await server.login()
  return () => server.close()
})

test('V12.1.1 a body over the limit is refused, whatever it says of its length', async () => {
  const body = JSON.stringify({ email: 'x'.repeat(BODY_BYTES_MAX), password: 'x' })
  const headers = { ...OURS, 'Content-Type': 'application/json' }
  for (const more of [{}, { 'Transfer-Encoding': 'chunked' }]) {
    const reply = await server.request('/auth/login', {
      method: 'POST',
      headers: { ...headers, ...more },
      body,
    })
    expect(await problemOf(reply)).toBe('413 too_large')
  }
})

test.each([
  '/../package.json',
  '/..%2f..%2fpackage.json',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/assets/..\\..\\x.json',
  '/.env',
  '/data/secrets.json',
  '/index.html%00.js',
])('V12.3.1 %s leads to no file of the machine', async (path) => {
  expect([404, 400]).toContain((await server.request(path)).status)
})

test('V13.1.3 handles and ids in paths open nothing by themselves', async () => {
  const reply = await server.request(`/auth/sessions/${owner.sh}`, { method: 'DELETE' })
  expect(await problemOf(reply)).toBe('401 auth_missing')
})

test('V13.2.1 a method that a path has not is refused, and an override header changes none', async () => {
  for (const method of ['PUT', 'PROPFIND', 'PATCH', 'DELETE'])
    expect(await problemOf(await server.request('/auth/me', { method, token: owner.token }))).toBe(
      '405 method_not_allowed',
    )
  const headers = { 'X-HTTP-Method-Override': 'DELETE', 'X-HTTP-Method': 'DELETE' }
  const reply = await server.request('/api/finance/transactions?_method=DELETE', {
    token: owner.token,
    headers,
  })
  expect(reply.status).toBe(200)
})

test('V13.2.5 a body of another type is not read, so that no form of another site is one of ours', async () => {
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    '',
  ]) {
    const reply = await server.request('/auth/login', {
      method: 'POST',
      headers: { ...OURS, 'Content-Type': type },
      body: '{"email":"owner@acme.test","password":"standpipe-demo"}',
    })
    expect(await problemOf(reply)).toBe('415 unsupported_media_type')
  }
})

test('V13.2.2 a query that is too long or has too many parts is refused', async () => {
  const { token } = owner
  expect(await problemOf(await server.request(`/auth/me?${'a=1&'.repeat(40)}`, { token }))).toBe(
    '400 bad_request',
  )
  expect(await problemOf(await server.request(`/auth/me?a=${'x'.repeat(9000)}`, { token }))).toBe(
    '400 bad_request',
  )
})

test('V13.2.2 a cursor that is none of ours is refused, however long', async () => {
  for (const cursor of ['x', '../../etc', 'a'.repeat(8000), `abcdefghij.${'9'.repeat(30)}`]) {
    const reply = await server.request('/realtime/subscribe?p=poller-0001&wait=0', {
      token: owner.token,
      headers: { 'Rt-Cursor': cursor },
    })
    expect(await problemOf(reply)).toBe('400 bad_cursor')
  }
})
