import { beforeAll, expect, test } from 'vitest'
import type { RefreshAnswer } from '../../worker/wire/session.ts'
import { deriveKeys } from '../../server/session/keys.ts'
import { createAuthClient, problemOf, type AuthClient } from '../support/auth-client.ts'
import { cookieOf, createTestServer, TEST_SECRET, type TestServer } from '../support/server.ts'

const NEW_SECRET = 'the secret that came after it'

let former: TestServer
let server: TestServer
let auth: AuthClient

beforeAll(async () => {
  former = await createTestServer()
  server = await createTestServer({
    beside: former,
    secret: NEW_SECRET,
    env: { AUTH_SECRET_PREVIOUS: `a secret long before it, ${TEST_SECRET}` },
  })
  auth = createAuthClient(server)
  return async () => {
    await server.close()
    await former.close()
  }
})

const kidOf = (token: string) =>
  (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid

test('what the former secret signed is taken, and the next refresh signs with the new one', async () => {
  const { sh, cookie, token } = await former.login()
  expect((await auth.me(token)).status).toBe(200)
  const reply = await auth.refresh(sh, cookie)
  expect(reply.status).toBe(200)
  const { accessToken } = (await reply.json()) as RefreshAnswer
  const { kid } = deriveKeys(NEW_SECRET)
  expect([kidOf(token) === kid, kidOf(accessToken)]).toEqual([false, kid])
  expect(cookieOf(reply)).toContain(`=v1.${kid}.`)
  expect((await auth.me(accessToken)).status).toBe(200)
})

test('a successor handed out again carries the new key too', async () => {
  const { sh, cookie } = await former.login()
  const lost = await former.request('/auth/refresh', {
    method: 'POST',
    json: { sh },
    cookie,
    headers: { 'Rt-Client': '1' },
  })
  const again = await auth.refresh(sh, cookie)
  expect(cookieOf(again)).not.toBe(cookieOf(lost))
  expect(cookieOf(again)?.split('.').slice(2, 4)).toEqual(cookieOf(lost)?.split('.').slice(2, 4))
  expect((await auth.refresh(sh, cookieOf(again)!)).status).toBe(200)
})

test('a cookie of one key under the name of another is not ours', async () => {
  const { sh, cookie } = await former.login()
  const renamed = cookie.replace(deriveKeys(TEST_SECRET).kid, deriveKeys(NEW_SECRET).kid)
  expect(await problemOf(await auth.refresh(sh, renamed))).toBe('401 refresh_invalid')
})

test('a secret that is taken off the ring opens nothing any more', async () => {
  const { sh, cookie, token } = await former.login()
  const later = await createTestServer({ beside: former, secret: NEW_SECRET })
  const client = createAuthClient(later)
  expect(await problemOf(await client.me(token))).toBe('401 token_invalid')
  expect(await problemOf(await client.refresh(sh, cookie))).toBe('401 refresh_invalid')
  await later.close()
})
