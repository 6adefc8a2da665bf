import { beforeAll, describe, expect, test } from 'vitest'
import { createAuthClient, OURS, problemOf, type AuthClient } from '../support/auth-client.ts'
import { cookieOf, createTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let auth: AuthClient

beforeAll(async () => {
  server = await createTestServer()
  auth = createAuthClient(server)
  return () => server.close()
})

describe('logout', () => {
  test('by cookie ends the session, its token and its cookie', async () => {
    const { sh, cookie, token } = await server.login()
    expect((await auth.me(token)).status).toBe(200)
    const reply = await auth.post('/auth/logout', { sh }, { cookie })
    expect(reply.status).toBe(204)
    expect(reply.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^rt=; Max-Age=0; Path=\/; HttpOnly/),
    ])
    expect(await problemOf(await auth.me(token))).toBe('401 session_revoked')
    expect(await problemOf(await auth.refresh(sh, cookie))).toBe('401 session_revoked')
  })

  test('by token ends the session without a cookie or a mark, even when the token has run out', async () => {
    const { sh, cookie, token } = await server.login()
    await server.clock.advance(601_000)
    expect((await auth.post('/auth/logout', { sh }, { token, headers: {} })).status).toBe(204)
    expect(await problemOf(await auth.refresh(sh, cookie))).toBe('401 session_revoked')
  })

  test('answers 204 again, without proof, with a dead proof and with a body that cannot be read', async () => {
    const { sh, cookie, token } = await server.login()
    for (let times = 0; times < 2; times += 1) {
      expect((await auth.post('/auth/logout', { sh }, { cookie, token })).status).toBe(204)
    }
    expect((await auth.post('/auth/logout', { sh })).status).toBe(204)
    expect(
      (await auth.post('/auth/logout', { sh }, { token: 'x.y.z', cookie: 'rt=v1.a.b.1.c' })).status,
    ).toBe(204)
    expect((await server.request('/auth/logout', { method: 'POST', headers: OURS, body: '{' })).status).toBe(
      204,
    )
  })

  test("said twice clears the cookie once: by the second time it may be the next session's", async () => {
    const { sh, cookie } = await server.login()
    await auth.post('/auth/logout', { sh }, { cookie })
    const again = await auth.post('/auth/logout', { sh }, { cookie })
    expect([again.status, again.headers.getSetCookie()]).toEqual([204, []])
  })

  test('of a former user neither ends the session that followed nor takes its cookie', async () => {
    const [former, present] = [await server.login(), await server.login('manager@acme.test')]
    const reply = await auth.post('/auth/logout', { sh: former.sh }, { cookie: present.cookie })
    expect([reply.status, cookieOf(reply)]).toEqual([204, null])
    expect((await auth.me(present.token)).status).toBe(200)
  })

  test('of this device leaves the others, of all leaves none, and nobody else is touched', async () => {
    const devices = [await server.login(), await server.login(), await server.login()]
    const [one, two, three] = devices as [(typeof devices)[0], (typeof devices)[0], (typeof devices)[0]]
    const other = await server.login('manager@acme.test')
    await auth.post('/auth/logout', { sh: one.sh }, { cookie: one.cookie })
    expect((await auth.me(two.token)).status).toBe(200)
    await auth.post('/auth/logout', { sh: two.sh, scope: 'all' }, { cookie: two.cookie })
    expect(await problemOf(await auth.me(three.token))).toBe('401 session_revoked')
    expect((await auth.me(other.token)).status).toBe(200)
  })

  test('ends the held poll of the session at once', async () => {
    const { sh, cookie, token } = await server.login()
    // Once used, the token is known without cryptography, so that the poll is held before time moves on.
    expect((await auth.me(token)).status).toBe(200)
    let answered = false
    const held = server.request('/realtime/subscribe?p=abcdefgh', { token }).finally(() => (answered = true))
    await server.clock.advance(1000)
    expect(answered).toBe(false)
    await auth.post('/auth/logout', { sh }, { cookie })
    expect(await problemOf(await held)).toBe('401 session_revoked')
  })
})

test('a process that starts anew still refuses the tokens of ended sessions', async () => {
  const { sh, cookie, token } = await server.login()
  await auth.post('/auth/logout', { sh }, { cookie })
  const restarted = await createTestServer({ beside: server })
  await restarted.session.recall()
  expect(await restarted.session.authenticate(`Bearer ${token}`)).toBe('session_revoked')
  await restarted.close()
})
