import { beforeAll, expect, test } from 'vitest'
import { createAuthClient, problemOf, type AuthClient } from '../support/auth-client.ts'
import { createTestServer, DEMO_PASSWORD, type TestServer } from '../support/server.ts'

let server: TestServer
let auth: AuthClient

beforeAll(async () => {
  server = await createTestServer()
  auth = createAuthClient(server)
  return () => server.close()
})

const audit = (token: string) => server.request('/auth/audit', { token })

test('says how each session ended, newest first, and of which person', async () => {
  const owner = await server.login()
  const [out, replaced, revoked, copied] = [
    await server.login('manager@acme.test'),
    await server.login('manager@acme.test'),
    await server.login('manager@acme.test'),
    await server.login('manager@acme.test'),
  ]
  await auth.post('/auth/logout', { sh: out.sh }, { cookie: out.cookie })
  await auth.post('/auth/logout', { sh: out.sh }, { cookie: out.cookie })
  await auth.post(
    '/auth/login',
    { email: 'manager@acme.test', password: DEMO_PASSWORD },
    { cookie: replaced.cookie },
  )
  await server.request(`/auth/sessions/${revoked.sh}`, { method: 'DELETE', token: copied.token })
  const next = await auth.refresh(copied.sh, copied.cookie)
  const { accessToken } = (await next.json()) as { accessToken: string }
  await auth.me(accessToken)
  await server.clock.advance(60_000)
  expect((await auth.refresh(copied.sh, copied.cookie)).status).toBe(401)
  const { rows } = (await (await audit(owner.token)).json()) as { rows: { sh: string; kind: string }[] }
  expect(rows.map(({ sh, kind }) => [sh, kind])).toEqual([
    [copied.sh, 'cookie_reused'],
    [revoked.sh, 'revoked'],
    [replaced.sh, 'replaced'],
    [out.sh, 'signed_out'],
  ])
})

test('is for owners, and of their own organisation', async () => {
  expect(await problemOf(await audit((await server.login('manager@acme.test')).token))).toBe('403 forbidden')
  expect(await problemOf(await audit((await server.login('staff1@acme.test')).token))).toBe('403 forbidden')
  const foreign = await audit((await server.login('owner@globex.test')).token)
  expect(await foreign.json()).toEqual({ rows: [] })
})
