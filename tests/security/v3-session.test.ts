import { beforeAll, expect, test } from 'vitest'
import { createAuthClient, OURS, problemOf, type AuthClient } from '../support/auth-client.ts'
import { createTestServer, DEMO_PASSWORD, type TestServer } from '../support/server.ts'

let server: TestServer
let auth: AuthClient
beforeAll(async () => {
  server = await createTestServer()
  auth = createAuthClient(server)
  return () => server.close()
})

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

test('V3.1.1 a token in a URL opens nothing', async () => {
  const { token } = await server.login()
  for (const query of [`access_token=${token}`, `token=${token}`, `authorization=Bearer%20${token}`])
    expect(await problemOf(await server.request(`/auth/me?${query}`))).toBe('401 auth_missing')
})

test('V3.2.1 a session that is fixed before the login is not the one after it', async () => {
  const attacker = await server.login('staff1@globex.test')
  const body = { email: 'owner@acme.test', password: DEMO_PASSWORD }
  const victim = await auth.post('/auth/login', body, { cookie: attacker.cookie })
  expect(victim.headers.getSetCookie()[0]).not.toContain(attacker.cookie)
  expect(await problemOf(await auth.refresh(attacker.sh, attacker.cookie))).toBe('401 session_revoked')
})

test('V3.2.2 a cookie cannot be guessed: 22 random characters and a signature of 256 bits', async () => {
  const cookies = await Promise.all(
    ['owner', 'manager', 'staff1'].map((name) => server.login(`${name}@acme.test`)),
  )
  const sids = cookies.map(({ cookie }) => /v1\.[\w-]+\.([\w-]{22})\.1\.[\w-]{43}$/.exec(cookie)?.[1])
  expect(sids).not.toContain(undefined)
  expect(new Set(sids).size).toBe(3)
})

test('V3.3.1 after the logout neither the token nor the cookie opens anything', async () => {
  const { token, cookie, sh } = await server.login()
  await auth.post('/auth/logout', { sh }, { cookie })
  expect(await problemOf(await auth.me(token))).toBe('401 session_revoked')
  expect(await problemOf(await auth.refresh(sh, cookie))).toBe('401 session_revoked')
})

test('V3.3.3 a person signs out every other device at once', async () => {
  const [here, there] = [await server.login('staff2@acme.test'), await server.login('staff2@acme.test')]
  await auth.post('/auth/logout', { sh: here.sh, scope: 'all' }, { cookie: here.cookie })
  expect(await problemOf(await auth.me(there.token))).toBe('401 session_revoked')
})

test('V3.4.1–V3.4.4 the cookie is Secure, HttpOnly, SameSite=Strict and bound to its host', async () => {
  const reply = await server.request('/auth/login', {
    method: 'POST',
    headers: { ...OURS, Origin: 'http://localhost:4000', 'User-Agent': 'Chrome/140' },
    json: { email: 'owner@acme.test', password: DEMO_PASSWORD },
  })
  const [cookie = ''] = reply.headers.getSetCookie()
  expect(cookie).toMatch(/^__Host-rt=/)
  for (const attribute of ['Secure', 'HttpOnly', 'SameSite=Strict', 'Path=/'])
    expect(cookie).toContain(attribute)
  expect(cookie).not.toMatch(/Domain=/i)
})

test('V3.5.3 a token with no signature, another algorithm, another key or other claims is refused', async () => {
  const { token } = await server.login()
  const [head = '', claims = '', signature = ''] = token.split('.')
  const decoded = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object
  const forged = [
    `${part({ alg: 'none' })}.${claims}.`,
    `${part({ alg: 'HS512' })}.${claims}.${signature}`,
    `${part({ alg: 'RS256', jwk: {} })}.${claims}.${signature}`,
    `${part({ alg: 'HS256', kid: '../../dev/null' })}.${claims}.${signature}`,
    `${part({ alg: 'HS256', jku: 'https://evil.test/keys' })}.${claims}.${signature}`,
    `${head}.${part({ ...decoded, org: 'globex' })}.${signature}`,
    `${head}.${part({ ...decoded, exp: 9e9 })}.${signature}`,
  ]
  for (const one of forged) expect(await problemOf(await auth.me(one))).toBe('401 token_invalid')
})

test('V3.5.2 a copied refresh cookie is found when both copies are used, and ends the session of both', async () => {
  const { sh, cookie } = await server.login()
  const next = await auth.refresh(sh, cookie)
  const { accessToken } = (await next.json()) as { accessToken: string }
  await auth.me(accessToken)
  await server.session.settled()
  await server.clock.advance(31_000)
  expect(await problemOf(await auth.refresh(sh, cookie))).toBe('401 refresh_reused')
  expect(await problemOf(await auth.me(accessToken))).toBe('401 session_revoked')
})
