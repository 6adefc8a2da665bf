import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { LoginAnswer, MeAnswer, RefreshAnswer } from '../../worker/wire/session.ts'
import { FAILURES_MAX, FAILURE_WINDOW_MS } from '../../server/session/login-limit.ts'
import { SESSION_IDLE_MS, SESSION_LIFE_MS } from '../../server/session/lifetime.ts'
import { GRACE_MS } from '../../server/session/rotation.ts'
import { cookieOf, createTestServer, DEMO_PASSWORD, TEST_ORIGIN, type TestServer } from '../support/server.ts'

const OURS = { 'Rt-Client': '1', Origin: TEST_ORIGIN }
const CHROMIUM = 'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36'
let server: TestServer

beforeAll(async () => {
  server = await createTestServer()
  return () => server.close()
})

async function problemOf(reply: Response): Promise<string> {
  expect(reply.headers.get('content-type')).toBe('application/problem+json')
  const { code, status } = (await reply.json()) as { code: string; status: number }
  expect(status).toBe(reply.status)
  return `${status} ${code}`
}

function post(
  path: string,
  json: unknown,
  more: { headers?: Record<string, string>; cookie?: string; token?: string } = {},
) {
  const { headers = OURS, ...rest } = more
  return server.request(path, { method: 'POST', json, headers, ...rest })
}
const refresh = (sh: string, cookie: string) => post('/auth/refresh', { sh }, { cookie })
const signIn = (email: string, password: string) => post('/auth/login', { email, password })
const me = (token: string) => server.request('/auth/me', { token })

describe('login', () => {
  test('answers who it is, what may be read, a token and a cookie', async () => {
    const reply = await signIn('owner@acme.test', DEMO_PASSWORD)
    expect(reply.status).toBe(200)
    const answer = v.parse(v.strictObject(LoginAnswer.entries), await reply.json())
    expect(answer.user).toMatchObject({ email: 'owner@acme.test', role: 'owner' })
    expect(answer.properties).toHaveLength(5)
    expect(answer.expiresIn).toBe(600)
    expect(answer.serverNow).toBe(server.clock.now())
    expect(reply.headers.get('cache-control')).toBe('no-store')
  })

  test('the cookie is for this host alone and no script reads it', async () => {
    const plain = (await signIn('owner@acme.test', DEMO_PASSWORD)).headers.getSetCookie()
    expect(plain).toEqual([
      expect.stringMatching(/^rt=v1\.[^;]+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/),
    ])
    const body = { email: 'owner@acme.test', password: DEMO_PASSWORD }
    const chromium = await post('/auth/login', body, { headers: { ...OURS, 'User-Agent': CHROMIUM } })
    expect(chromium.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-rt=v1\.[^;]+; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      ),
    ])
  })

  test('an e-mail is taken in any case, with space around it', async () => {
    expect((await signIn('  Owner@ACME.test ', DEMO_PASSWORD)).status).toBe(200)
  })

  test('a wrong password and an unknown e-mail are told alike', async () => {
    const wrong = await signIn('manager@acme.test', 'wrong')
    const unknown = await signIn('nobody@acme.test', 'wrong')
    const [one, other] = [(await wrong.json()) as object, (await unknown.json()) as object]
    expect({ ...one, requestId: '' }).toEqual({ ...other, requestId: '' })
    expect([wrong.status, unknown.status]).toEqual([401, 401])
    expect(cookieOf(wrong)).toBeNull()
  })

  test('an account that is switched off is told so, after the right password only', async () => {
    const { db } = server.store
    await db.updateTable('users').set({ disabled: 1 }).where('email', '=', 'staff3@globex.test').execute()
    expect(await problemOf(await signIn('staff3@globex.test', DEMO_PASSWORD))).toBe('401 user_disabled')
    expect(await problemOf(await signIn('staff3@globex.test', 'wrong'))).toBe('401 bad_credentials')
  })

  test.each([
    [{ email: 'no e-mail', password: 'x' }, '422 validation_failed'],
    [{ email: 'owner@acme.test' }, '422 validation_failed'],
    [{ email: 'owner@acme.test', password: '' }, '422 validation_failed'],
    [[], '422 validation_failed'],
  ])('%j is refused', async (body, problem) => {
    expect(await problemOf(await post('/auth/login', body))).toBe(problem)
  })

  test('a refused body is not repeated', async () => {
    const reply = await post('/auth/login', { email: 'hunter2', password: 5 })
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
    const tries = Array.from({ length: FAILURES_MAX }, () => signIn('staff2@globex.test', 'wrong'))
    for (const reply of await Promise.all(tries)) expect(reply.status).toBe(401)
    const stopped = await signIn('STAFF2@globex.test', DEMO_PASSWORD)
    expect(Number(stopped.headers.get('retry-after'))).toBe(FAILURE_WINDOW_MS / 1000)
    expect(await problemOf(stopped)).toBe('429 rate_limited')
    expect((await signIn('staff1@globex.test', DEMO_PASSWORD)).status).toBe(200)
    await server.clock.advance(FAILURE_WINDOW_MS)
    expect((await signIn('staff2@globex.test', DEMO_PASSWORD)).status).toBe(200)
  })

  test('logins that succeed are not counted', async () => {
    for (let times = 0; times < FAILURES_MAX * 2; times += 1) await server.login('staff1@acme.test')
  })
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
    const reply = await post(path, bodies[path] ?? { sh }, { cookie, headers })
    expect(await problemOf(reply)).toBe('403 bad_origin')
    expect(cookieOf(reply)).toBeNull()
    expect((await refresh(sh, cookie)).status).toBe(200)
  })

  test('takes a request without an Origin', async () => {
    const { sh, cookie } = await server.login()
    const reply = await post(path, bodies[path] ?? { sh }, { cookie, headers: { 'Rt-Client': '1' } })
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

describe('refresh', () => {
  test('answers a new token and the next cookie', async () => {
    const { sh, cookie, user, org } = await server.login()
    const reply = await refresh(sh, cookie)
    expect(reply.status).toBe(200)
    const answer = v.parse(v.strictObject(RefreshAnswer.entries), await reply.json())
    expect(answer).toMatchObject({ sh, userId: user.id, orgId: org.id, expiresIn: 600 })
    expect(cookieOf(reply)).not.toBe(cookie)
    expect((await server.request('/auth/me', { token: answer.accessToken })).status).toBe(200)
  })

  test('twenty at once with one cookie get one successor', async () => {
    const { sh, cookie } = await server.login()
    const replies = await Promise.all(Array.from({ length: 20 }, () => refresh(sh, cookie)))
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200]))
    const successors = new Set(replies.map(cookieOf))
    expect(successors.size).toBe(1)
    expect((await refresh(sh, [...successors][0]!)).status).toBe(200)
  })

  test('whose reply was lost is answered again hours later', async () => {
    const { sh, cookie } = await server.login()
    const lost = await refresh(sh, cookie)
    await server.clock.advance(8 * 60 * 60 * 1000)
    const again = await refresh(sh, cookie)
    expect(cookieOf(again)).toBe(cookieOf(lost))
  })

  test('a replaced cookie is a copy once its successor’s token was used and the grace is over', async () => {
    const { sh, cookie } = await server.login()
    const next = await refresh(sh, cookie)
    const { accessToken } = (await next.json()) as RefreshAnswer
    expect((await server.request('/auth/me', { token: accessToken })).status).toBe(200)
    await server.session.settled()
    await server.clock.advance(GRACE_MS)
    expect((await refresh(sh, cookie)).status).toBe(200)
    await server.clock.advance(1)
    const reused = await refresh(sh, cookie)
    expect(cookieOf(reused)).toBeNull()
    expect(await problemOf(reused)).toBe('401 refresh_reused')
    expect(await problemOf(await refresh(sh, cookieOf(next)!))).toBe('401 refresh_reused')
    expect(await problemOf(await server.request('/auth/me', { token: accessToken }))).toBe(
      '401 session_revoked',
    )
  })

  test('for another session than the cookie’s is a mismatch, sets no cookie and changes nothing', async () => {
    const [one, two] = [await server.login(), await server.login('manager@acme.test')]
    const reply = await refresh(one.sh, two.cookie)
    expect(cookieOf(reply)).toBeNull()
    expect(await problemOf(reply)).toBe('409 session_mismatch')
    expect((await refresh(two.sh, two.cookie)).status).toBe(200)
  })

  test.each([
    ['no cookie', ''],
    ['another cookie', 'theme=dark'],
    ['a forged one', 'rt=v1.a.b.1.c'],
  ])('with %s is invalid', async (_what, cookie) => {
    expect(await problemOf(await refresh('abc', cookie))).toBe('401 refresh_invalid')
  })

  test('without a handle is refused', async () => {
    const { cookie } = await server.login()
    expect(await problemOf(await post('/auth/refresh', {}, { cookie }))).toBe('422 validation_failed')
  })

  test('keeps a session alive past its idle time, and no session past its life', async () => {
    const { sh, cookie } = await server.login()
    let latest = cookie
    const stepMs = SESSION_IDLE_MS - 1000
    for (let age = stepMs; age < SESSION_LIFE_MS; age += stepMs) {
      await server.clock.advance(stepMs)
      const reply = await refresh(sh, latest)
      expect(reply.status).toBe(200)
      latest = cookieOf(reply)!
    }
    await server.clock.advance(SESSION_LIFE_MS % stepMs)
    expect(await problemOf(await refresh(sh, latest))).toBe('401 session_expired')
  })

  test('after the idle time the session has expired', async () => {
    const { sh, cookie } = await server.login()
    await server.clock.advance(SESSION_IDLE_MS)
    expect(await problemOf(await refresh(sh, cookie))).toBe('401 session_expired')
  })

  test('of a user who was switched off is refused', async () => {
    const { sh, cookie, user } = await server.login('staff3@acme.test')
    await server.store.db.updateTable('users').set({ disabled: 1 }).where('id', '=', user.id).execute()
    expect(await problemOf(await refresh(sh, cookie))).toBe('401 user_disabled')
  })

  test('brings a changed role and changed properties into the token', async () => {
    const { sh, cookie, user } = await server.login('staff2@acme.test')
    await server.store.db.updateTable('users').set({ role: 'manager' }).where('id', '=', user.id).execute()
    const { accessToken } = (await (await refresh(sh, cookie)).json()) as RefreshAnswer
    const caller = await server.session.authenticate(`Bearer ${accessToken}`)
    expect(caller).toMatchObject({ role: 'manager' })
  })
})

describe('logout', () => {
  test('by cookie ends the session, its token and its cookie', async () => {
    const { sh, cookie, token } = await server.login()
    expect((await me(token)).status).toBe(200)
    const reply = await post('/auth/logout', { sh }, { cookie })
    expect(reply.status).toBe(204)
    expect(reply.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^rt=; Max-Age=0; Path=\/; HttpOnly/),
    ])
    expect(await problemOf(await me(token))).toBe('401 session_revoked')
    expect(await problemOf(await refresh(sh, cookie))).toBe('401 session_revoked')
  })

  test('by token ends the session without a cookie or a mark, even when the token has run out', async () => {
    const { sh, cookie, token } = await server.login()
    await server.clock.advance(601_000)
    expect((await post('/auth/logout', { sh }, { token, headers: {} })).status).toBe(204)
    expect(await problemOf(await refresh(sh, cookie))).toBe('401 session_revoked')
  })

  test('answers 204 again, without proof, with a dead proof and with a body that cannot be read', async () => {
    const { sh, cookie, token } = await server.login()
    for (let times = 0; times < 2; times += 1) {
      expect((await post('/auth/logout', { sh }, { cookie, token })).status).toBe(204)
    }
    expect((await post('/auth/logout', { sh })).status).toBe(204)
    expect((await post('/auth/logout', { sh }, { token: 'x.y.z', cookie: 'rt=v1.a.b.1.c' })).status).toBe(204)
    expect((await server.request('/auth/logout', { method: 'POST', headers: OURS, body: '{' })).status).toBe(
      204,
    )
  })

  test('of a former user neither ends the session that followed nor takes its cookie', async () => {
    const [former, present] = [await server.login(), await server.login('manager@acme.test')]
    const reply = await post('/auth/logout', { sh: former.sh }, { cookie: present.cookie })
    expect([reply.status, cookieOf(reply)]).toEqual([204, null])
    expect((await me(present.token)).status).toBe(200)
  })

  test('of this device leaves the others, of all leaves none, and nobody else is touched', async () => {
    const devices = [await server.login(), await server.login(), await server.login()]
    const [one, two, three] = devices as [(typeof devices)[0], (typeof devices)[0], (typeof devices)[0]]
    const other = await server.login('manager@acme.test')
    await post('/auth/logout', { sh: one.sh }, { cookie: one.cookie })
    expect((await me(two.token)).status).toBe(200)
    await post('/auth/logout', { sh: two.sh, scope: 'all' }, { cookie: two.cookie })
    expect(await problemOf(await me(three.token))).toBe('401 session_revoked')
    expect((await me(other.token)).status).toBe(200)
  })

  test('ends the held poll of the session at once', async () => {
    const { sh, cookie, token } = await server.login()
    const held = server.request('/realtime/subscribe?p=abcdefgh', { token })
    await server.clock.advance(1000)
    await post('/auth/logout', { sh }, { cookie })
    expect(await problemOf(await held)).toBe('401 session_revoked')
  })
})

describe('me and sessions', () => {
  let user: Awaited<ReturnType<TestServer['login']>>
  beforeEach(async () => {
    user = await server.login('manager@globex.test')
  })

  test('me tells whom the token speaks for', async () => {
    const reply = await server.request('/auth/me', { token: user.token })
    const answer = v.parse(v.strictObject(MeAnswer.entries), await reply.json())
    expect(answer.user).toEqual(user.user)
    expect(answer.properties).toEqual(user.properties)
    expect(answer.session.sh).toBe(user.sh)
  })

  test('sessions lists this user’s own, and which is this one', async () => {
    const reply = await server.request('/auth/sessions', { token: user.token })
    const { sessions } = (await reply.json()) as { sessions: { sh: string; current: boolean }[] }
    expect(sessions.filter(({ current }) => current).map(({ sh }) => sh)).toEqual([user.sh])
    expect(JSON.stringify(sessions)).not.toContain('sid')
  })

  test('a session is revoked from another device, once and for all', async () => {
    const lost = await server.login('manager@globex.test')
    const revoke = (token: string, sh: string) =>
      server.request(`/auth/sessions/${sh}`, { method: 'DELETE', token })
    expect((await revoke(user.token, lost.sh)).status).toBe(204)
    expect(await problemOf(await server.request('/auth/me', { token: lost.token }))).toBe(
      '401 session_revoked',
    )
    const list = await server.request('/auth/sessions', { token: user.token })
    expect(await list.text()).not.toContain(lost.sh)
  })

  test('a session of another user is not to be found', async () => {
    const other = await server.login('owner@globex.test')
    const init = { method: 'DELETE', token: user.token }
    expect(await problemOf(await server.request(`/auth/sessions/${other.sh}`, init))).toBe('404 not_found')
    expect((await server.request('/auth/me', { token: other.token })).status).toBe(200)
  })
})

test('a process that starts anew still refuses the tokens of ended sessions', async () => {
  const { sh, cookie, token } = await server.login()
  await post('/auth/logout', { sh }, { cookie })
  const restarted = await createTestServer({ beside: server })
  await restarted.session.recall()
  expect(await restarted.session.authenticate(`Bearer ${token}`)).toBe('session_revoked')
  await restarted.close()
})

afterAll(() => {
  const log = JSON.stringify(server.lines)
  for (const secret of [/@(?:acme|globex)\.test/, /standpipe-demo/, /eyJ/, /v1\.[\w-]+\./])
    expect(log).not.toMatch(secret)
})
