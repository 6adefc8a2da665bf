import { beforeAll, describe, expect, test } from 'vitest'
import { createAuthClient, problemOf, type AuthClient } from '../support/auth-client.ts'
import { createTestServer, type TestLogin, type TestServer } from '../support/server.ts'

const FOREIGN = { Origin: 'https://evil.test', 'Sec-Fetch-Site': 'cross-site' }

let server: TestServer
let auth: AuthClient
let owner: TestLogin

beforeAll(async () => {
  server = await createTestServer()
  auth = createAuthClient(server)
  owner = await server.login()
  return () => server.close()
})

describe.each([
  ['GET', '/auth/me'],
  ['GET', '/auth/sessions'],
  ['DELETE', '/auth/sessions/:sh'],
  ['GET', '/auth/audit'],
])('%s %s', (method, path) => {
  const at = (sh: string) => path.replace(':sh', sh)

  test('is opened by no cookie, from wherever it comes', async () => {
    const { cookie, sh } = owner
    for (const headers of [FOREIGN, { 'Rt-Client': '1' }]) {
      const reply = await server.request(at(sh), { method, cookie, headers })
      expect(await problemOf(reply)).toBe('401 auth_missing')
    }
    expect((await auth.me(owner.token)).status).toBe(200)
  })

  test('lets no foreign page read its answer', async () => {
    const { token } = await server.login()
    const reply = await server.request(at('none-of-ours'), { method, token, headers: FOREIGN })
    expect(reply.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('refuses a token that has run out', async () => {
    const { token, sh } = await server.login()
    await server.clock.advance(601_000)
    expect(await problemOf(await server.request(at(sh), { method, token }))).toBe('401 token_expired')
    owner = await server.login()
  })
})

test('nobody of another organisation ends a session or hears of it', async () => {
  const foreign = await server.login('owner@globex.test')
  const { token } = foreign
  const init = { method: 'DELETE', token }
  expect(await problemOf(await server.request(`/auth/sessions/${owner.sh}`, init))).toBe('404 not_found')
  for (const path of ['/auth/me', '/auth/sessions', '/auth/audit']) {
    expect(await (await server.request(path, { token })).text()).not.toContain(owner.sh)
  }
  expect((await auth.me(owner.token)).status).toBe(200)
})

test('a foreign cookie refreshes and ends only its own session', async () => {
  const foreign = await server.login('owner@globex.test')
  expect(await problemOf(await auth.refresh(owner.sh, foreign.cookie))).toBe('409 session_mismatch')
  expect((await auth.post('/auth/logout', { sh: owner.sh }, { cookie: foreign.cookie })).status).toBe(204)
  expect((await auth.me(owner.token)).status).toBe(200)
  expect((await auth.me(foreign.token)).status).toBe(200)
})
