import { afterEach, beforeEach, expect, test } from 'vitest'
import { QUERY_LENGTH_MAX, QUERY_PARAMS_MAX } from '../../server/http/bound-query.ts'
import { problemOf } from '../support/auth-client.ts'
import { createTestServer, type TestLogin, type TestServer } from '../support/server.ts'

let server: TestServer
let owner: TestLogin

beforeEach(async () => {
  server = await createTestServer({ env: { CALLS_PER_S_PER_SESSION: '1', CALLS_PER_S_PER_ORG: '2' } })
  owner = await server.login()
})
afterEach(() => server.close())

const me = (token: string) => server.request('/auth/me', { token })
const poll = (token: string, query = '') =>
  server.request(`/realtime/subscribe?p=poller-0001&wait=0${query}`, { token })

test('a session that calls too often waits, and is told how long; another of the organisation does not', async () => {
  for (let n = 0; n < 20; n += 1) expect((await me(owner.token)).status).toBe(200)
  const full = await me(owner.token)
  expect(full.headers.get('retry-after')).toBe('1')
  expect(await problemOf(full)).toBe('429 rate_limited')
  expect((await me((await server.login('manager@acme.test')).token)).status).toBe(200)
  await server.clock.advance(1000)
  expect((await me(owner.token)).status).toBe(200)
  expect((await me(owner.token)).status).toBe(429)
})

test('many sessions of one organisation together wait, and no other organisation does', async () => {
  const others = await Promise.all(['manager', 'staff1'].map((name) => server.login(`${name}@acme.test`)))
  for (const { token } of others) for (let n = 0; n < 20; n += 1) expect((await me(token)).status).toBe(200)
  expect((await me(owner.token)).status).toBe(429)
  expect((await me((await server.login('owner@globex.test')).token)).status).toBe(200)
})

test('polls are counted for their session, and calls go on', async () => {
  for (let n = 0; n < 20; n += 1) expect((await poll(owner.token)).status).toBe(200)
  const full = await poll(owner.token)
  expect(full.headers.get('retry-after')).toBe('1')
  expect(await problemOf(full)).toBe('429 rate_limited')
  expect((await me(owner.token)).status).toBe(200)
})

test('a query that is too long or has too many parts is refused, of a poll and of a call', async () => {
  const long = `&x=${'y'.repeat(QUERY_LENGTH_MAX)}`
  const many = '&a=1'.repeat(QUERY_PARAMS_MAX)
  for (const query of [long, many]) {
    expect(await problemOf(await poll(owner.token, query))).toBe('400 bad_request')
    const call = await server.request(`/auth/me?a=1${query}`, { token: owner.token })
    expect(await problemOf(call)).toBe('400 bad_request')
  }
})
