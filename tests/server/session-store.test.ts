import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { createSessionStore, type SessionRow, type SessionStore } from '../../server/session/session-store.ts'
import { BY_TEST } from '../support/auth-client.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

const REMEMBERED_MS = 30 * 24 * 60 * 60 * 1000
let server: TestServer
let sessions: SessionStore
let userId: string

beforeAll(async () => {
  server = await createTestServer()
  sessions = createSessionStore(server.store.db, { uuid7: randomUUID })
  userId = (await server.login('staff1@acme.test')).user.id
  return () => server.close()
})

async function insert(sid: string, more: Partial<SessionRow> = {}): Promise<SessionRow> {
  const now = server.clock.now()
  const row: SessionRow = {
    sid,
    sh: `h-${sid}`,
    userId,
    orgId: 'acme',
    deviceId: null,
    ua: '',
    createdAt: now,
    usedAt: now,
    expiresAt: now + 1000,
    confirmed: 4,
    confirmedAt: now,
    issued: 5,
    issuedAt: now,
    revokedAt: null,
    revokedCode: null,
    ...more,
  }
  await sessions.insert(row)
  return row
}

test('counters that have moved since they were read are not written over', async () => {
  const slow = await insert('moved')
  const next = { confirmed: 5, confirmedAt: 1, issued: 6, issuedAt: 1 }
  expect(await sessions.advance(slow, next, 1)).toBe(true)
  expect(await sessions.advance(slow, { ...next, issued: 9 }, 2)).toBe(false)
  expect(await sessions.bySid('moved')).toMatchObject(next)
})

test('a session that was revoked in between does not move', async () => {
  const slow = await insert('revoked')
  await sessions.revoke(['revoked'], { code: 'session_revoked', kind: 'revoked', at: 7, ...BY_TEST })
  expect(await sessions.advance(slow, { ...slow, issued: 6 }, 8)).toBe(false)
})

test('the first reason for an end stays', async () => {
  await insert('twice')
  await sessions.revoke(['twice'], { code: 'refresh_reused', kind: 'cookie_reused', at: 7, ...BY_TEST })
  await sessions.revoke(['twice'], { code: 'session_revoked', kind: 'revoked', at: 8, ...BY_TEST })
  expect(await sessions.bySid('twice')).toMatchObject({ revokedAt: 7, revokedCode: 'refresh_reused' })
})

test('what a user’s sessions were is forgotten once nobody can ask for it', async () => {
  const now = server.clock.now()
  const { user } = await server.login('staff2@acme.test')
  await insert('outlived', { userId: user.id, expiresAt: now - 1 })
  await insert('long-ended', { userId: user.id, revokedAt: now - REMEMBERED_MS - 1 })
  await insert('just-ended', { userId: user.id, revokedAt: now - 1 })
  await insert('open', { userId: user.id })
  await insert('of-another', { expiresAt: now - 1 })
  await sessions.forget(user.id, now)
  const left = await server.store.db.selectFrom('sessions').select('sid').execute()
  expect(left.map(({ sid }) => sid)).toEqual(expect.arrayContaining(['just-ended', 'open', 'of-another']))
  expect(left.map(({ sid }) => sid)).not.toEqual(expect.arrayContaining(['outlived']))
  expect(left.map(({ sid }) => sid)).not.toEqual(expect.arrayContaining(['long-ended']))
})
