import { beforeAll, describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { RefreshAnswer } from '../../worker/wire/session.ts'
import { SESSION_IDLE_MS, SESSION_LIFE_MS } from '../../server/session/lifetime.ts'
import { GRACE_MS } from '../../server/session/rotation.ts'
import { createAuthClient, problemOf, type AuthClient } from '../support/auth-client.ts'
import { cookieOf, createTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let auth: AuthClient

beforeAll(async () => {
  server = await createTestServer()
  auth = createAuthClient(server)
  return () => server.close()
})

describe('refresh', () => {
  test('answers a new token and the next cookie', async () => {
    const { sh, cookie, user, org } = await server.login()
    const reply = await auth.refresh(sh, cookie)
    expect(reply.status).toBe(200)
    const answer = v.parse(v.strictObject(RefreshAnswer.entries), await reply.json())
    expect(answer).toMatchObject({ sh, userId: user.id, orgId: org.id, expiresIn: 600 })
    expect(cookieOf(reply)).not.toBe(cookie)
    expect((await server.request('/auth/me', { token: answer.accessToken })).status).toBe(200)
  })

  test('twenty at once with one cookie get one successor', async () => {
    const { sh, cookie } = await server.login()
    const replies = await Promise.all(Array.from({ length: 20 }, () => auth.refresh(sh, cookie)))
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200]))
    const successors = new Set(replies.map(cookieOf))
    expect(successors.size).toBe(1)
    expect((await auth.refresh(sh, [...successors][0]!)).status).toBe(200)
  })

  test('whose reply was lost is answered again hours later', async () => {
    const { sh, cookie } = await server.login()
    const lost = await auth.refresh(sh, cookie)
    await server.clock.advance(8 * 60 * 60 * 1000)
    const again = await auth.refresh(sh, cookie)
    expect(cookieOf(again)).toBe(cookieOf(lost))
  })

  test('a replaced cookie is a copy once its successor’s token was used and the grace is over', async () => {
    const { sh, cookie } = await server.login()
    const next = await auth.refresh(sh, cookie)
    const { accessToken } = (await next.json()) as RefreshAnswer
    expect((await server.request('/auth/me', { token: accessToken })).status).toBe(200)
    await server.session.settled()
    await server.clock.advance(GRACE_MS)
    expect((await auth.refresh(sh, cookie)).status).toBe(200)
    await server.clock.advance(1)
    const reused = await auth.refresh(sh, cookie)
    expect(cookieOf(reused)).toBeNull()
    expect(await problemOf(reused)).toBe('401 refresh_reused')
    expect(await problemOf(await auth.refresh(sh, cookieOf(next)!))).toBe('401 refresh_reused')
    expect(await problemOf(await server.request('/auth/me', { token: accessToken }))).toBe(
      '401 session_revoked',
    )
  })

  test('for another session than the cookie’s is a mismatch, sets no cookie and changes nothing', async () => {
    const [one, two] = [await server.login(), await server.login('manager@acme.test')]
    const reply = await auth.refresh(one.sh, two.cookie)
    expect(cookieOf(reply)).toBeNull()
    expect(await problemOf(reply)).toBe('409 session_mismatch')
    expect((await auth.refresh(two.sh, two.cookie)).status).toBe(200)
  })

  test.each([
    ['no cookie', ''],
    ['another cookie', 'theme=dark'],
    ['a forged one', 'rt=v1.a.b.1.c'],
  ])('with %s is invalid', async (_what, cookie) => {
    expect(await problemOf(await auth.refresh('abc', cookie))).toBe('401 refresh_invalid')
  })

  test('without a handle is refused', async () => {
    const { cookie } = await server.login()
    expect(await problemOf(await auth.post('/auth/refresh', {}, { cookie }))).toBe('422 validation_failed')
  })

  test('keeps a session alive past its idle time, and no session past its life', async () => {
    const { sh, cookie } = await server.login()
    let latest = cookie
    const stepMs = SESSION_IDLE_MS - 1000
    for (let age = stepMs; age < SESSION_LIFE_MS; age += stepMs) {
      await server.clock.advance(stepMs)
      const reply = await auth.refresh(sh, latest)
      expect(reply.status).toBe(200)
      latest = cookieOf(reply)!
    }
    await server.clock.advance(SESSION_LIFE_MS % stepMs)
    expect(await problemOf(await auth.refresh(sh, latest))).toBe('401 session_expired')
  })

  test('after the idle time the session has expired', async () => {
    const { sh, cookie } = await server.login()
    await server.clock.advance(SESSION_IDLE_MS)
    expect(await problemOf(await auth.refresh(sh, cookie))).toBe('401 session_expired')
  })

  test('of a user who was switched off is refused', async () => {
    const { sh, cookie, user } = await server.login('staff3@acme.test')
    await server.store.db.updateTable('users').set({ disabled: 1 }).where('id', '=', user.id).execute()
    expect(await problemOf(await auth.refresh(sh, cookie))).toBe('401 user_disabled')
  })

  test('brings a changed role and changed properties into the token', async () => {
    const { sh, cookie, user } = await server.login('staff2@acme.test')
    await server.store.db.updateTable('users').set({ role: 'manager' }).where('id', '=', user.id).execute()
    const { accessToken } = (await (await auth.refresh(sh, cookie)).json()) as RefreshAnswer
    const caller = await server.session.authenticate(`Bearer ${accessToken}`)
    expect(caller).toMatchObject({ role: 'manager' })
  })
})
