import { expect, test } from 'vitest'
import type { TokenClaims } from '../../server/session/access-tokens.ts'
import { createAuthenticate } from '../../server/session/authenticate.ts'
import { createEndedSessions, LATE_TOKEN_MS } from '../../server/session/ended-sessions.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const TTL_MS = 600_000

function setUp() {
  const clock = createVirtualClock()
  const ended = createEndedSessions({ clock, tokenTtlMs: TTL_MS })
  const seen = { verified: 0, used: [] as string[] }
  const claims: TokenClaims = {
    sub: 'u1',
    org: 'acme',
    sid: 's1',
    role: 'staff',
    props: ['p1', 'p2'],
    ctr: 3,
    exp: (clock.now() + TTL_MS) / 1000,
  }
  const authenticate = createAuthenticate({
    tokens: {
      async verify(token) {
        seen.verified += 1
        return token === 'good' ? claims : 'token_invalid'
      },
    },
    ended,
    clock,
    onFirstUse: (sid, ctr) => seen.used.push(`${sid} ${ctr}`),
  })
  return { clock, ended, seen, authenticate }
}

test('a token is verified once, and its caller is the same object every time', async () => {
  const { authenticate, seen } = setUp()
  const first = await authenticate('Bearer good')
  expect(first).toMatchObject({ userId: 'u1', orgId: 'acme', sid: 's1', properties: ['p1', 'p2'] })
  for (let poll = 0; poll < 100; poll += 1) expect(await authenticate('bearer  good')).toBe(first)
  expect(seen).toEqual({ verified: 1, used: ['s1 3'] })
})

test.each([
  [undefined, 'auth_missing'],
  ['', 'token_invalid'],
  ['Bearer', 'token_invalid'],
  ['Bearer ', 'token_invalid'],
  ['Bearer null', 'token_invalid'],
  ['Bearer a b', 'token_invalid'],
  ['Basic good', 'token_invalid'],
])('%j is %s', async (header, code) => {
  expect(await setUp().authenticate(header)).toBe(code)
})

test('a remembered token runs out to the millisecond', async () => {
  const { authenticate, clock } = setUp()
  await authenticate('Bearer good')
  await clock.advance(TTL_MS - 1)
  expect(await authenticate('Bearer good')).toBeTypeOf('object')
  await clock.advance(1)
  expect(await authenticate('Bearer good')).toBe('token_expired')
})

test('an ended session is refused from that moment on, and its first use confirms nothing', async () => {
  const { authenticate, ended, seen } = setUp()
  ended.add('s1')
  expect(await authenticate('Bearer good')).toBe('session_revoked')
  expect(seen.used).toEqual([])
})

test('an ended session is remembered for as long as one of its tokens can live, and no longer', async () => {
  const { ended, clock } = setUp()
  ended.add('s1')
  await clock.advance(TTL_MS + LATE_TOKEN_MS)
  expect(ended.has('s1')).toBe(true)
  await clock.advance(1)
  expect(ended.has('s1')).toBe(false)
})
