import { beforeAll, describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { LoginAnswer } from '../../worker/wire/session.ts'
import { FAILURES_MAX, FAILURE_WINDOW_MS } from '../../server/session/login-limit.ts'
import { createAuthClient, OURS, problemOf, type AuthClient } from '../support/auth-client.ts'
import { cookieOf, createTestServer, DEMO_PASSWORD, type TestServer } from '../support/server.ts'

const CHROMIUM = 'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36'

let server: TestServer
let auth: AuthClient

beforeAll(async () => {
  server = await createTestServer()
  auth = createAuthClient(server)
  return () => server.close()
})

describe('login', () => {
  test('answers who it is, what may be read, a token and a cookie', async () => {
    const reply = await auth.signIn('owner@acme.test', DEMO_PASSWORD)
    expect(reply.status).toBe(200)
    const answer = v.parse(v.strictObject(LoginAnswer.entries), await reply.json())
    expect(answer.user).toMatchObject({ email: 'owner@acme.test', role: 'owner' })
    expect(answer.properties).toHaveLength(5)
    expect(answer.expiresIn).toBe(600)
    expect(answer.serverNow).toBe(server.clock.now())
    expect(reply.headers.get('cache-control')).toBe('no-store')
  })

  test('the cookie is for this host alone and no script reads it', async () => {
    const plain = (await auth.signIn('owner@acme.test', DEMO_PASSWORD)).headers.getSetCookie()
    expect(plain).toEqual([
      expect.stringMatching(/^rt=v1\.[^;]+; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Strict$/),
    ])
    const body = { email: 'owner@acme.test', password: DEMO_PASSWORD }
    const chromium = await auth.post('/auth/login', body, { headers: { ...OURS, 'User-Agent': CHROMIUM } })
    expect(chromium.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-rt=v1\.[^;]+; Max-Age=7776000; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      ),
    ])
  })

  test('ends the session whose cookie it overwrites, and only when it succeeds', async () => {
    const last = await server.login()
    const again = (password: string) =>
      auth.post('/auth/login', { email: 'manager@acme.test', password }, { cookie: last.cookie })
    expect((await again('wrong')).status).toBe(401)
    expect((await auth.me(last.token)).status).toBe(200)
    expect((await again(DEMO_PASSWORD)).status).toBe(200)
    expect(await problemOf(await auth.me(last.token))).toBe('401 session_revoked')
  })

  test('an e-mail is taken in any case, with space around it', async () => {
    expect((await auth.signIn('  Owner@ACME.test ', DEMO_PASSWORD)).status).toBe(200)
  })

  test('a wrong password and an unknown e-mail are told alike', async () => {
    const wrong = await auth.signIn('manager@acme.test', 'wrong')
    const unknown = await auth.signIn('nobody@acme.test', 'wrong')
    const [one, other] = [(await wrong.json()) as object, (await unknown.json()) as object]
    expect({ ...one, requestId: '' }).toEqual({ ...other, requestId: '' })
    expect([wrong.status, unknown.status]).toEqual([401, 401])
    expect(cookieOf(wrong)).toBeNull()
  })

  test('an account that is switched off is told so, after the right password only', async () => {
    const { db } = server.store
    await db.updateTable('users').set({ disabled: 1 }).where('email', '=', 'staff3@globex.test').execute()
    expect(await problemOf(await auth.signIn('staff3@globex.test', DEMO_PASSWORD))).toBe('401 user_disabled')
    expect(await problemOf(await auth.signIn('staff3@globex.test', 'wrong'))).toBe('401 bad_credentials')
  })

  test.each([
    [{ email: 'no e-mail', password: 'x' }, '422 validation_failed'],
    [{ email: 'owner@acme.test' }, '422 validation_failed'],
    [{ email: 'owner@acme.test', password: '' }, '422 validation_failed'],
    [[], '422 validation_failed'],
  ])('%j is refused', async (body, problem) => {
    expect(await problemOf(await auth.post('/auth/login', body))).toBe(problem)
  })

  test('a refused body is not repeated', async () => {
    const reply = await auth.post('/auth/login', { email: 'hunter2', password: 5 })
    expect(await reply.text()).not.toContain('hunter2')
  })

  test('a body that is not JSON is refused', async () => {
    const headers = { ...OURS, 'Content-Type': 'application/json' }
    const broken = await server.request('/auth/login', { method: 'POST', headers, body: '{' })
    expect(await problemOf(broken)).toBe('400 bad_request')
    const form = { ...OURS, 'Content-Type': 'application/x-www-form-urlencoded' }
    const posted = await server.request('/auth/login', { method: 'POST', headers: form, body: 'email=a' })
    expect(await problemOf(posted)).toBe('415 unsupported_media_type')
  })

  test('ten failures for one e-mail stop the eleventh try, and only that e-mail, until the window is over', async () => {
    const tries = Array.from({ length: FAILURES_MAX }, () => auth.signIn('staff2@globex.test', 'wrong'))
    for (const reply of await Promise.all(tries)) expect(reply.status).toBe(401)
    const stopped = await auth.signIn('STAFF2@globex.test', DEMO_PASSWORD)
    expect(Number(stopped.headers.get('retry-after'))).toBe(FAILURE_WINDOW_MS / 1000)
    expect(await problemOf(stopped)).toBe('429 rate_limited')
    expect((await auth.signIn('staff1@globex.test', DEMO_PASSWORD)).status).toBe(200)
    await server.clock.advance(FAILURE_WINDOW_MS)
    expect((await auth.signIn('staff2@globex.test', DEMO_PASSWORD)).status).toBe(200)
  })

  test('logins that succeed are not counted', async () => {
    for (let times = 0; times < FAILURES_MAX * 2; times += 1) await server.login('staff1@acme.test')
  })
})
