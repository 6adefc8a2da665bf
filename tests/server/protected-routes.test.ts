import { beforeAll, describe, expect, test } from 'vitest'
import { createAccessTokens } from '../../server/session/access-tokens.ts'
import { createKeyring } from '../../server/session/keys.ts'
import { createTestServer, type TestLogin, type TestServer } from '../support/server.ts'

/** Open to everybody, by design; every other route of the app needs a token. */
const OPEN = new Set([
  'GET /metrics',
  'GET /healthz',
  'GET /readyz',
  'POST /auth/login',
  'POST /auth/refresh',
  'POST /auth/logout',
  'GET /finance/events/subscribe',
  'GET /openapi.json',
])

let server: TestServer
let owner: TestLogin

beforeAll(async () => {
  server = await createTestServer()
  owner = await server.login()
  return () => server.close()
})

function protectedRoutes(): { method: string; path: string }[] {
  const routes = server.app.routes.filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
  const unique = new Map(routes.map(({ method, path }) => [`${method} ${path}`, { method, path }]))
  return [...unique].filter(([name]) => !OPEN.has(name)).map(([, route]) => route)
}

/** A path that can be asked for: every parameter gets a value. */
const concrete = (path: string) => path.replaceAll(/:\w+/g, 'some-id')

/** What `codesWith` gives when every route answers alike. */
function all(answer: string): Record<string, string> {
  return Object.fromEntries(protectedRoutes().map(({ method, path }) => [`${method} ${path}`, answer]))
}

async function codesWith(token: string | undefined): Promise<Record<string, string>> {
  const codes: Record<string, string> = {}
  for (const { method, path } of protectedRoutes()) {
    const reply = await server.request(concrete(path), { method, ...(token === undefined ? {} : { token }) })
    const { code } = (await reply.json()) as { code?: string }
    codes[`${method} ${path}`] = `${reply.status} ${code}`
  }
  return codes
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('every protected route', () => {
  test('is one of those that were thought of', () => {
    const names = Object.keys(all(''))
    expect(names).toEqual(
      expect.arrayContaining(['GET /auth/me', 'GET /realtime/subscribe', 'GET /finance/realtime/metrics']),
    )
    for (const name of names)
      expect(name).toMatch(
        /^[A-Z]+ \/(?:(?:api|auth|realtime|streams|telemetry|config|finance\/realtime|tasks\/realtime)\/|tenant-metrics$)/,
      )
  })

  test('asks for a token', async () => {
    expect(await codesWith(undefined)).toEqual(all('401 auth_missing'))
  })

  test('refuses a token that was altered', async () => {
    const [head, , tail] = owner.token.split('.')
    const claims = Buffer.from(JSON.stringify({ sub: 'x', org: 'globex', role: 'owner' })).toString(
      'base64url',
    )
    expect(await codesWith(`${head}.${claims}.${tail}`)).toEqual(all('401 token_invalid'))
  })

  test('refuses a token of another server, and one without a signature', async () => {
    const { clock } = server
    const claims = { sub: 'u', org: 'acme', sid: 's', role: 'owner' as const, props: [], ctr: 1 }
    const exp = clock.now() / 1000 + 600
    const foreign = createAccessTokens({ keyring: createKeyring('the secret of another server'), clock })
    expect(await codesWith(await foreign.sign({ ...claims, exp }))).toEqual(all('401 token_invalid'))
    const unsigned = `${part({ alg: 'none' })}.${part({ ...claims, exp })}.`
    expect(await codesWith(unsigned)).toEqual(all('401 token_invalid'))
  })

  test('refuses a refresh cookie as a token', async () => {
    expect(await codesWith(owner.cookie.split('=')[1])).toEqual(all('401 token_invalid'))
  })

  test('refuses the token of a session that was ended', async () => {
    const ended = await server.login('manager@acme.test')
    await server.request(`/auth/sessions/${ended.sh}`, { method: 'DELETE', token: ended.token })
    expect(await codesWith(ended.token)).toEqual(all('401 session_revoked'))
  })

  test('refuses a token that has run out, also one it has seen before', async () => {
    const [seen, unseen] = [await server.login(), await server.login()]
    expect((await server.request('/auth/me', { token: seen.token })).status).toBe(200)
    await server.clock.advance(600_000)
    expect(await codesWith(seen.token)).toEqual(all('401 token_expired'))
    expect(await codesWith(unseen.token)).toEqual(all('401 token_expired'))
    owner = await server.login()
  })

  test('names the scheme when it asks who it is', async () => {
    expect((await server.request('/auth/me')).headers.get('www-authenticate')).toBe('Bearer')
  })
})

describe('roles', () => {
  test.each([
    ['owner@acme.test', 200],
    ['manager@acme.test', 403],
    ['staff1@acme.test', 403],
  ])('%s reading the metrics is answered %i', async (email, status) => {
    const { token } = await server.login(email)
    expect((await server.request('/finance/realtime/metrics', { token })).status).toBe(status)
  })
})
