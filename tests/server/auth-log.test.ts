import { beforeAll, expect, test } from 'vitest'
import { createAuthClient } from '../support/auth-client.ts'
import { createTestServer, DEMO_PASSWORD, type TestServer } from '../support/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await createTestServer()
  return () => server.close()
})

test('no password, e-mail, token or cookie stands in the log, whether the request was a good one or not', async () => {
  const auth = createAuthClient(server)
  const { sh, cookie, token } = await server.login()
  await auth.signIn('owner@acme.test', `not ${DEMO_PASSWORD}`)
  await auth.post('/auth/login', { email: 'owner@acme.test', password: 5 })
  await auth.refresh(sh, cookie)
  await auth.me(token)
  await auth.me(`${token}x`)
  await server.request(`/auth/me?token=${token}&email=owner@acme.test`)
  await auth.post('/auth/logout', { sh }, { cookie, token })
  expect(server.lines.length).toBeGreaterThanOrEqual(7)
  const log = JSON.stringify(server.lines)
  for (const secret of [/acme\.test/, /standpipe-demo/, /eyJ/, /v1\.[\w-]+\./])
    expect(log).not.toMatch(secret)
})
