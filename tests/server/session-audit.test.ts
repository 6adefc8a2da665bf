import { beforeAll, describe, expect, test } from 'vitest'
import { createAuthClient, problemOf, type AuthClient } from '../support/auth-client.ts'
import { AUDIT_KEPT_MS } from '../../server/session/session-store.ts'
import { createTestServer, DEMO_PASSWORD, type TestServer } from '../support/server.ts'

let server: TestServer
let auth: AuthClient

beforeAll(async () => {
  server = await createTestServer()
  auth = createAuthClient(server)
  return () => server.close()
})

const audit = (token: string, query = '') => server.request(`/auth/audit${query}`, { token })

interface Page {
  rows: { sh: string; kind: string; requestId: string; address: string }[]
  next: string | null
}
const pageOf = async (token: string, query = '') => (await (await audit(token, query)).json()) as Page

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
  expect(await foreign.json()).toEqual({ rows: [], next: null })
})

test('names the request and hides the address', async () => {
  const [owner, one] = [await server.login(), await server.login('staff1@acme.test')]
  const headers = { 'Rt-Client': '1', 'X-Request-Id': 'the-logout' }
  const init = {
    method: 'POST',
    headers: { ...headers, Cookie: one.cookie, 'Content-Type': 'application/json' },
  }
  await server.app.request('http://localhost:4000/auth/logout', init, {
    incoming: { socket: { remoteAddress: '203.0.113.9' } },
  })
  const [row] = (await pageOf(owner.token)).rows
  expect(row).toMatchObject({ sh: one.sh, kind: 'signed_out', requestId: 'the-logout' })
  expect(row?.address).toMatch(/^[\w-]{16}$/)
})

test('comes in pages that join on, and a mark that is none is refused', async () => {
  const owner = await server.login()
  for (let n = 0; n < 5; n += 1) {
    const { sh, cookie } = await server.login('staff2@acme.test')
    await auth.post('/auth/logout', { sh }, { cookie })
  }
  const all = await pageOf(owner.token)
  const seen: Page['rows'] = []
  for (let next: string | null = ''; next !== null;) {
    const page: Page = await pageOf(owner.token, `?limit=2${next === '' ? '' : `&after=${next}`}`)
    expect(page.rows.length).toBeLessThanOrEqual(2)
    seen.push(...page.rows)
    next = page.next
  }
  expect(seen).toEqual(all.rows)
  expect(await problemOf(await audit(owner.token, '?after=x'))).toBe('400 bad_request')
})

describe('an account that is switched off', () => {
  const disable = (disabled: 0 | 1) =>
    server.store.db.updateTable('users').set({ disabled }).where('email', '=', 'staff3@acme.test').execute()

  test.each(['refresh', 'me', 'login'] as const)(
    'loses every session and token at the moment it is found by %s',
    async (how) => {
      const [here, there] = [await server.login('staff3@acme.test'), await server.login('staff3@acme.test')]
      await disable(1)
      const found = {
        refresh: () => auth.refresh(here.sh, here.cookie),
        me: () => auth.me(here.token),
        login: () => auth.signIn('staff3@acme.test', DEMO_PASSWORD),
      }
      expect(await problemOf(await found[how]())).toBe('401 user_disabled')
      for (const { token } of [here, there])
        expect(await problemOf(await server.request('/api/tasks', { token }))).toBe('401 session_revoked')
      expect(await problemOf(await auth.refresh(there.sh, there.cookie))).toBe('401 user_disabled')
      await disable(0)
      const { rows } = await pageOf((await server.login()).token, '?limit=2')
      expect(rows.map(({ kind }) => kind)).toEqual(['disabled', 'disabled'])
      expect(new Set(rows.map(({ sh }) => sh))).toEqual(new Set([here.sh, there.sh]))
    },
  )
})

test('how a session ended is forgotten after a year, from the answers and from the store', async () => {
  const rowsKept = () => server.store.db.selectFrom('sessionAudit').select('at').execute()
  server.clock.jump(AUDIT_KEPT_MS + 1)
  const owner = await server.login()
  expect((await pageOf(owner.token)).rows).toEqual([])
  expect((await rowsKept()).length).toBeGreaterThan(1)
  const { sh, cookie } = await server.login('staff2@acme.test')
  await auth.post('/auth/logout', { sh }, { cookie })
  expect(await rowsKept()).toHaveLength(1)
})
