import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { MeAnswer } from '../../worker/wire/session.ts'
import { problemOf } from '../support/auth-client.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await createTestServer()
  return () => server.close()
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
