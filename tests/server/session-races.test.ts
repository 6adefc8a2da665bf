import { beforeAll, describe, expect, test } from 'vitest'
import type { RefreshAnswer } from '../../worker/wire/session.ts'
import { systemRandom } from '../../server/node-deps.ts'
import { createIdentityStore } from '../../server/session/identity-store.ts'
import { createRefresh } from '../../server/session/refresh.ts'
import { createSessionStore } from '../../server/session/session-store.ts'
import { BY_TEST, createAuthClient, problemOf, type AuthClient } from '../support/auth-client.ts'
import { cookieOf, createTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let auth: AuthClient

beforeAll(async () => {
  server = await createTestServer()
  auth = createAuthClient(server)
  return () => server.close()
})

/** The product's refresh on the server's store, with the session ended in the middle of it. */
function refreshEndedAt(moment: 'identity' | 'grant', sid: string) {
  const { db } = server.store
  const sessions = createSessionStore(db, systemRandom)
  const identities = createIdentityStore(db)
  const end = (at: typeof moment) =>
    at === moment
      ? sessions.revoke([sid], {
          code: 'session_revoked',
          kind: 'signed_out',
          at: server.clock.now(),
          ...BY_TEST,
        })
      : Promise.resolve()
  return createRefresh({
    sessions,
    identities: {
      ...identities,
      async identityOf(userId) {
        await end('identity')
        return identities.identityOf(userId)
      },
    },
    async grant(session) {
      await end('grant')
      return { accessToken: 'a.b.c', expiresIn: 600, serverNow: server.clock.now(), sh: session.sh }
    },
    endSessions: () => Promise.reject(new Error('No cookie was used twice here.')),
    endDisabled: () => Promise.reject(new Error('Nobody is switched off here.')),
    clock: server.clock,
    log: () => {},
  })
}

async function sidOf(sh: string): Promise<string> {
  const row = await server.store.db
    .selectFrom('sessions')
    .select('sid')
    .where('sh', '=', sh)
    .executeTakeFirstOrThrow()
  return row.sid
}

describe('a session that is ended while its refresh is under way', () => {
  test.each(['identity', 'grant'] as const)('hands nothing out: ended before the %s', async (moment) => {
    const { sh } = await server.login()
    const sid = await sidOf(sh)
    const refresh = refreshEndedAt(moment, sid)
    await expect(refresh({ sid, ctr: 1 }, sh, BY_TEST)).rejects.toMatchObject({ code: 'session_revoked' })
  })

  test('hands nothing out a second time either', async () => {
    const { sh, cookie } = await server.login()
    expect((await auth.refresh(sh, cookie)).status).toBe(200)
    const sid = await sidOf(sh)
    // The predecessor again: nothing is written for it that could meet the end.
    const refresh = refreshEndedAt('grant', sid)
    await expect(refresh({ sid, ctr: 1 }, sh, BY_TEST)).rejects.toMatchObject({ code: 'session_revoked' })
  })
})

test('of a refresh and a logout at the same moment the logout stands, whoever is answered first', async () => {
  for (const logoutFirst of [true, false]) {
    const { sh, cookie } = await server.login()
    const logout = () => auth.post('/auth/logout', { sh }, { cookie })
    const refresh = () => auth.refresh(sh, cookie)
    const [first, second] = await Promise.all(logoutFirst ? [logout(), refresh()] : [refresh(), logout()])
    const refreshed = logoutFirst ? second : first
    if (refreshed.status === 200) {
      const { accessToken } = (await refreshed.clone().json()) as RefreshAnswer
      expect(await problemOf(await auth.me(accessToken))).toBe('401 session_revoked')
    }
    const latest = cookieOf(refreshed) ?? cookie
    expect(await problemOf(await auth.refresh(sh, latest))).toBe('401 session_revoked')
  }
})

test('a token signed late in the second of a logout is refused until it has run out', async () => {
  await server.clock.advance(1000 - (server.clock.now() % 1000) + 1)
  const { sh, cookie, token } = await server.login()
  await auth.post('/auth/logout', { sh }, { cookie })
  // Its end was rounded up to the next second: 999 ms past its nominal life.
  await server.clock.advance(600_500)
  expect(await problemOf(await auth.me(token))).toBe('401 session_revoked')
})
