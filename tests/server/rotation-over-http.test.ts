import { expect, test } from 'vitest'
import type { RefreshAnswer } from '../../worker/wire/session.ts'
import { createAuthClient } from '../support/auth-client.ts'
import { createDraw } from '../support/draw.ts'
import { cookieOf, createTestServer } from '../support/server.ts'

const SESSIONS = 50
const REFRESHES = 20
/** Many times what was seen in the field: a thousand refreshes are few. */
const LOST_SHARE = 0.05
const RACED_SHARE = 0.1
const GAPS_MS = [1000, 98_000, 1_063_000, 27_946_000] as const

test('lost replies and races sign nobody out, and a copied cookie ends its session', async () => {
  const server = await createTestServer()
  const auth = createAuthClient(server)
  const draw = createDraw(11)
  const seen = { lost: 0, raced: 0 }

  for (let session = 0; session < SESSIONS; session += 1) {
    const { sh, cookie } = await server.login()
    let jar = cookie
    for (let turn = 0; turn < REFRESHES; turn += 1) {
      const fate = draw.fraction()
      const isLost = fate < LOST_SHARE
      const isRaced = !isLost && fate < LOST_SHARE + RACED_SHARE
      const replies = await Promise.all(Array.from({ length: isRaced ? 2 : 1 }, () => auth.refresh(sh, jar)))
      expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200))
      await server.clock.advance(isLost ? draw.oneOf(GAPS_MS) : 1000)
      if (isLost) {
        seen.lost += 1
        continue
      }
      if (isRaced) seen.raced += 1
      const last = replies.at(-1)!
      jar = cookieOf(last)!
      const { accessToken } = (await last.json()) as RefreshAnswer
      expect((await auth.me(accessToken)).status).toBe(200)
      await server.session.settled()
    }
    if (session % 10 !== 0) continue
    const thief = await auth.refresh(sh, jar)
    const { accessToken } = (await thief.json()) as RefreshAnswer
    await auth.me(accessToken)
    await server.session.settled()
    await server.clock.advance(60_000)
    expect((await auth.refresh(sh, jar)).status).toBe(401)
    expect((await auth.refresh(sh, cookieOf(thief)!)).status).toBe(401)
  }
  expect(seen.lost).toBeGreaterThan(20)
  expect(seen.raced).toBeGreaterThan(50)
  await server.close()
})
