import { beforeAll, describe, expect, test } from 'vitest'
import { createAuthClient, OURS, problemOf, type AuthClient } from '../support/auth-client.ts'
import { cookieOf, createTestServer, DEMO_PASSWORD, TEST_ORIGIN, type TestServer } from '../support/server.ts'

let server: TestServer
let auth: AuthClient

beforeAll(async () => {
  server = await createTestServer()
  auth = createAuthClient(server)
  return () => server.close()
})

describe.each(['/auth/login', '/auth/refresh', '/auth/logout'])('%s', (path) => {
  const bodies: Record<string, object> = {
    '/auth/login': { email: 'owner@acme.test', password: DEMO_PASSWORD },
  }

  test.each([
    ['a foreign origin', { 'Rt-Client': '1', Origin: 'https://evil.test' }],
    ['an opaque origin', { 'Rt-Client': '1', Origin: 'null' }],
    ['a cross-site fetch', { ...OURS, 'Sec-Fetch-Site': 'cross-site' }],
    ['a page that cannot send Rt-Client', { Origin: TEST_ORIGIN }],
  ])('refuses %s', async (_who, headers) => {
    const { sh, cookie } = await server.login()
    const reply = await auth.post(path, bodies[path] ?? { sh }, { cookie, headers })
    expect(await problemOf(reply)).toBe('403 bad_origin')
    expect(cookieOf(reply)).toBeNull()
    expect((await auth.refresh(sh, cookie)).status).toBe(200)
  })

  test('takes a request without an Origin', async () => {
    const { sh, cookie } = await server.login()
    const reply = await auth.post(path, bodies[path] ?? { sh }, { cookie, headers: { 'Rt-Client': '1' } })
    expect([200, 204]).toContain(reply.status)
  })
})

test('an origin on the list may sign in', async () => {
  const other = await createTestServer({ env: { ALLOWED_ORIGINS: 'https://app.test' } })
  const headers = { 'Rt-Client': '1', Origin: 'https://app.test' }
  const json = { email: 'owner@acme.test', password: DEMO_PASSWORD }
  const reply = await other.request('/auth/login', { method: 'POST', headers, json })
  expect(reply.status).toBe(200)
  expect(reply.headers.get('access-control-allow-origin')).toBe('https://app.test')
  expect(reply.headers.getSetCookie()[0]).toMatch(/^__Host-rt=.*; Secure/)
  await other.close()
})
