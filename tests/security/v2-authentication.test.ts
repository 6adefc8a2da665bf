import { afterEach, beforeEach, expect, test } from 'vitest'
import { ACCOUNT_FAILURES_MAX, ADDRESS_FAILURES_MAX, FAILURES_MAX } from '../../server/session/login-limit.ts'
import { WRONG_KEYS_MAX } from '../../server/ops/known-asker.ts'
import { createPasswords, PASSWORD_COST } from '../../server/session/passwords.ts'
import { OURS, problemOf } from '../support/auth-client.ts'
import { createTestServer, DEMO_PASSWORD, TEST_ORIGIN, type TestServer } from '../support/server.ts'

let server: TestServer
beforeEach(async () => {
  server = await createTestServer()
})
afterEach(() => server.close())

const from = (address: string, email: string, password: string, headers: Record<string, string> = {}) =>
  server.app.request(
    `${TEST_ORIGIN}/auth/login`,
    {
      method: 'POST',
      headers: { ...OURS, 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify({ email, password }),
    },
    { incoming: { socket: { remoteAddress: address } } },
  )

test('V2.2.1 guessing one account’s password from one address stops after ten tries', async () => {
  for (let n = 0; n < FAILURES_MAX; n += 1)
    expect((await from('192.0.2.1', 'owner@acme.test', 'x')).status).toBe(401)
  expect(await problemOf(await from('192.0.2.1', 'owner@acme.test', DEMO_PASSWORD))).toBe('429 rate_limited')
})

test('V2.2.1 guessing one account’s password from many addresses stops as well', async () => {
  for (let n = 0; n < ACCOUNT_FAILURES_MAX; n += 1) await from(`192.0.2.${n}`, 'owner@acme.test', 'x')
  expect(await problemOf(await from('198.51.100.1', 'owner@acme.test', DEMO_PASSWORD))).toBe(
    '429 rate_limited',
  )
})

test('V2.2.1 spraying one password over many accounts, from any address of one network, stops as well', async () => {
  for (let n = 0; n < ADDRESS_FAILURES_MAX; n += 1) await from(`2001:db8::${n}`, `user${n}@acme.test`, 'x')
  expect(await problemOf(await from('2001:db8::abcd', 'owner@acme.test', DEMO_PASSWORD))).toBe(
    '429 rate_limited',
  )
})

test('V2.2.1 a forged X-Forwarded-For makes no new address', async () => {
  for (let n = 0; n < FAILURES_MAX; n += 1)
    await from('192.0.2.1', 'owner@acme.test', 'x', { 'X-Forwarded-For': `203.0.113.${n}` })
  const next = await from('192.0.2.1', 'owner@acme.test', DEMO_PASSWORD, {
    'X-Forwarded-For': '203.0.113.99',
  })
  expect(await problemOf(next)).toBe('429 rate_limited')
})

test('V2.2.1 an unknown account is told from a wrong password by no word of the answer', async () => {
  const bodies = await Promise.all(
    ['owner@acme.test', 'nobody@acme.test'].map(async (email) => {
      const reply = await from('192.0.2.1', email, 'wrong')
      return { ...((await reply.json()) as object), requestId: '' }
    }),
  )
  expect(bodies[0]).toEqual(bodies[1])
})

test('V2.4.1 a stolen table of users holds argon2id hashes with a salt each, of the cost that OWASP names', async () => {
  const { hash } = createPasswords(PASSWORD_COST)
  const [one, other] = [await hash('the same'), await hash('the same')]
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(one).not.toBe(other)
})

test('V2.2.1 guessing the operator’s key stops after ten tries of a network, and then the right one opens nothing either', async () => {
  const key = 'the key of the operator'
  const open = await createTestServer({ env: { OPERATOR_KEY: key } })
  const ask = (address: string, given: string) =>
    open.app.request(
      `${TEST_ORIGIN}/tenant-metrics`,
      { headers: { Authorization: `Bearer ${given}` } },
      { incoming: { socket: { remoteAddress: address } } },
    )
  for (let n = 0; n < WRONG_KEYS_MAX; n += 1)
    expect(await problemOf(await ask(`2001:db8::${n}`, `guess ${n}`))).toBe('401 token_invalid')
  const right = await ask('2001:db8::abcd', key)
  expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await problemOf(right)).toBe('429 rate_limited')
  expect(await problemOf(await ask('2001:db8::abcd', 'guess'))).toBe('429 rate_limited')
  expect((await ask('192.0.2.1', key)).status).toBe(200)
  await open.clock.advance(30_000)
  expect((await ask('2001:db8::abcd', key)).status).toBe(200)
  await open.close()
})

test('V2.10.4 the operator’s key is compared whole, and opens one path alone', async () => {
  const [key, publishKey] = ['the-key-of-the-operator', 'the key of another server']
  const open = await createTestServer({ env: { OPERATOR_KEY: key, PUBLISH_API_KEY: publishKey } })
  for (const token of [key.slice(0, -1), `${key}x`, `${key} ${key}`, key.toUpperCase(), publishKey])
    expect(await problemOf(await open.request('/tenant-metrics', { token }))).toBe('401 token_invalid')
  const routes = open.app.routes.filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
  const opened = new Set<string>()
  for (const { method, path } of routes) {
    const [asOperator, asNobody] = await Promise.all(
      [key, 'no-key-and-no-token'].map((token) =>
        open.request(path.replaceAll(/:\w+/g, 'some-id'), { method, token }),
      ),
    )
    if (asOperator?.status !== asNobody?.status) opened.add(`${method} ${path}`)
  }
  expect([...opened]).toEqual(['GET /tenant-metrics'])
  await open.close()
})

test('V2.10.4 a key of another server is compared whole: one that begins alike opens nothing', async () => {
  const key = 'the key of another server'
  const open = await createTestServer({ env: { PUBLISH_API_KEY: key } })
  for (const token of [key.slice(0, -1), `${key} `.repeat(2).trim(), key.toUpperCase()]) {
    const reply = await open.request('/finance/realtime/publish', { method: 'POST', token, json: {} })
    expect(await problemOf(reply)).toBe('401 token_invalid')
  }
  await open.close()
})
