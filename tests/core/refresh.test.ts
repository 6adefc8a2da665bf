import { expect, test } from 'vitest'
import { LOGOUTS_KEY } from '../../worker/core/logouts.ts'
import { REFRESH_DEADLINE_MS, REFRESH_LOCK_WAIT_MS } from '../../worker/core/refresh.ts'
import { isDue, SESSION_KEY, type Session } from '../../worker/core/session.ts'
import { EXPIRY_CODES, PROBLEM_CODES, type ProblemCode } from '../../worker/wire/problem.ts'
import { WANTED_MS } from '../../worker/core/token-share.ts'
import { CHANNEL } from '../../worker/wire/relay.ts'
import { aGrant, aView, TTL_S } from '../support/core-samples.ts'
import type { Exchange } from '../support/scripted-http.ts'
import { createSessionPair, createSessionRig, type SessionRig } from '../support/session-rig.ts'

const PATH = '/auth/refresh'

/** Signed in, with a token that has run out. */
async function worn(rig: SessionRig = createSessionRig()): Promise<SessionRig & { session: Session }> {
  const session = await rig.signIn()
  rig.sessions.dropToken(session, 'token1')
  return { ...rig, session }
}

/** Both runtimes of the profile in one session, neither with a token. */
async function wornPair(sharesToken: boolean): Promise<[SessionRig, SessionRig]> {
  const [first, second] = createSessionPair(sharesToken)
  await worn(first)
  await second.sessions.reread()
  return [first, second]
}

test('[SE03] a hundred who need a token share one refresh', async () => {
  const { refresh, session, script, pass } = await worn()
  const asked = Promise.all(Array.from({ length: 100 }, () => refresh.ensure(session)))
  await pass(0)
  const { request, answer } = script.only(PATH)
  expect(request).toMatchObject({ method: 'POST', body: '{"sh":"sh1"}', cookies: true })
  expect(request.headers).toEqual({ 'Content-Type': 'application/json', 'Rt-Client': '1' })
  answer(aGrant('token2'))
  expect(new Set(await asked)).toEqual(new Set([null]))
  expect([session.token(), script.sent.length, refresh.count()]).toEqual(['token2', 1, 1])
})

test('[SE03] a refresh that fails fails for all who share it, and the next one asks after a backoff', async () => {
  const { refresh, session, script, pass } = await worn()
  const asked = Promise.all(Array.from({ length: 10 }, () => refresh.ensure(session)))
  await pass(0)
  script.only(PATH).fail()
  await pass(0)
  expect(script.open()).toEqual([])
  expect(new Set((await asked).map((trouble) => trouble?.code))).toEqual(new Set(['network']))
  expect(await refresh.ensure(session)).toMatchObject({ code: 'network', retryAfterMs: 1000 })
  await pass(1000)
  void refresh.ensure(session)
  await pass(0)
  expect(script.sent).toHaveLength(2)
})

test('[SE05] a token is renewed when four fifths of its life are over, and not before', async () => {
  const { refresh, signIn, script, pass } = createSessionRig()
  const session = await signIn()
  await pass(TTL_S * 800 - 1)
  expect([isDue(session), await refresh.ensure(session)]).toEqual([false, null])
  await pass(2)
  expect(isDue(session)).toBe(true)
  void refresh.ensure(session)
  await pass(0)
  script.only(PATH)
})

test('[SE04] of two runtimes one refreshes at a time, and who waited takes the token that came meanwhile', async () => {
  const [first, second] = await wornPair(true)
  const { profile } = first.platform
  const asked = [first.refresh.ensure(first.current())]
  // Between the two in the line, so that the message arrives before the lock does.
  let step = () => {}
  const between = () => new Promise<void>((resolve) => (step = resolve))
  const stepped = profile.join().locks.request('standpipe:sh1:auth', {}, between)
  asked.push(second.refresh.ensure(second.current()))
  await first.pass(WANTED_MS)
  first.script.only(PATH).answer(aGrant('token2'))
  await first.pass(5)
  step()
  await stepped
  expect(await Promise.all(asked)).toEqual([null, null])
  expect([second.current().token(), first.script.sent.length]).toEqual(['token2', 1])
})

test('[SE04] a refresh that waits for the lock is over when its session is', async () => {
  const [first, second] = await wornPair(false)
  void first.refresh.ensure(first.current())
  const session = second.current()
  const waiting = second.refresh.ensure(session)
  await first.pass(0)
  void second.sessions.end(session, 'signed-out')
  expect(await waiting).toMatchObject({ code: 'signed_out' })
  expect(first.script.sent).toHaveLength(1)
})

test.each([true, false])(
  '[SE09] the token goes to the other runtimes only where each tab has its own: %s',
  async (shares) => {
    const [first, second] = await wornPair(shares)
    void first.refresh.ensure(first.current())
    await first.pass(WANTED_MS)
    first.script.only(PATH).answer(aGrant('token2'))
    await first.pass(5)
    expect(second.current().token()).toBe(shares ? 'token2' : null)
    const said = JSON.stringify(
      first.platform.profile.posted.filter(({ channel }) => channel === CHANNEL.refresh),
    )
    expect(said.includes('token2')).toBe(shares)
    expect(said).toContain('refresh-success')
  },
)

test('[SE09] where each tab has its own runtime, one without a token is handed that of another', async () => {
  const [first, second] = createSessionPair(true)
  await first.signIn(aView(), 'token1', TTL_S)
  await second.sessions.reread()
  await first.pass(TTL_S * 500)
  const asked = second.refresh.ensure(second.current())
  await first.pass(WANTED_MS)
  expect([await asked, second.current().token(), first.script.sent]).toEqual([null, 'token1', []])
  expect(second.current().tokenLife().leftMs).toBeLessThanOrEqual(TTL_S * 500)
})

test('[SE09] a token that is about to be renewed is handed to nobody', async () => {
  const [first, second] = createSessionPair(true)
  await first.signIn(aView(), 'token1', TTL_S)
  await second.sessions.reread()
  await first.pass(TTL_S * 900)
  void second.refresh.ensure(second.current())
  await first.pass(WANTED_MS)
  second.script.only(PATH).answer(aGrant('token2'))
  await first.pass(5)
  expect([first.current().token(), second.current().token()]).toEqual(['token2', 'token2'])
})

test('[SE09] a token that was refused is not taken again from a runtime that still believes in it', async () => {
  const [first, second] = createSessionPair(true)
  await first.signIn(aView(), 'token1', TTL_S)
  await second.sessions.reread()
  const session = second.current()
  second.sessions.grant(session, { value: 'token1', expiresIn: TTL_S })
  second.sessions.dropToken(session, 'token1')
  void second.refresh.ensure(session)
  await second.pass(WANTED_MS)
  expect(session.token()).toBeNull()
  second.script.only(PATH).answer(aGrant('token2'))
  await second.pass(5)
  expect([session.token(), first.current().token()]).toEqual(['token2', 'token2'])
})

test('[SE09] a token that waited in the queue of a sleeper is as old as it is', async () => {
  const [first] = await wornPair(true)
  const channel = first.platform.profile.join().openChannel(CHANNEL.refresh, () => {})
  const sent = { v: 1, sh: 'sh1', from: 'r9', t: 'refresh-success', expiresIn: 60 }
  channel.post({ ...sent, token: 'dead', at: first.platform.clock.wallMs() - 60_000 })
  await first.pass(5)
  expect(first.current().token()).toBeNull()
  channel.post({ ...sent, token: 'old', at: first.platform.clock.wallMs() - 50_000 })
  await first.pass(5)
  expect(Math.round(first.current().tokenLife().leftMs / 1000)).toBe(10)
})

test('[SE15] what failed is answered to all until the backoff is over; a change of the world ends it, not what the server asked for', async () => {
  const { refresh, session, script, pass } = await worn()
  async function failing(how: (exchange: Exchange) => void): Promise<void> {
    const asked = refresh.ensure(session)
    await pass(0)
    how(script.only(PATH))
    await asked
  }
  await failing((exchange) => exchange.fail())
  expect(await refresh.ensure(session)).toMatchObject({ code: 'network', retryAfterMs: 1000 })
  refresh.hurry()
  await failing((exchange) => exchange.refuse('overloaded', { 'Retry-After': '7' }))
  refresh.hurry()
  expect(await refresh.ensure(session)).toMatchObject({ code: 'overloaded', retryAfterMs: 7000 })
  expect(script.sent).toHaveLength(2)
  await pass(7000)
  await failing((exchange) => exchange.answer(aGrant('token2')))
  expect(session.token()).toBe('token2')
})

test('[SE15] a token that is only due is used on while its renewal rests', async () => {
  const { refresh, signIn, script, pass } = createSessionRig()
  const session = await signIn()
  await pass(TTL_S * 850)
  const asked = refresh.ensure(session)
  await pass(0)
  script.only(PATH).refuse('internal')
  await asked
  expect([await refresh.ensure(session), session.token(), script.sent.length]).toEqual([null, 'token1', 1])
})

test('[SE12] a runtime that slept through a logout the server does not know of ends its session instead of renewing it', async () => {
  const { refresh, session, script, pass, platform, sessions } = await worn()
  await platform.store.set(LOGOUTS_KEY, { sh1: 'this' })
  expect(await refresh.ensure(session)).toMatchObject({ code: 'signed_out' })
  await pass(0)
  expect([script.sentTo(PATH), sessions.current()]).toEqual([[], null])
})

test('[SE09] what looks like a token and is no relay frame is passed over', async () => {
  const [first, second] = await wornPair(true)
  const channel = first.platform.profile.join().openChannel(CHANNEL.refresh, () => {})
  channel.post({ v: 1, sh: 'sh1', from: 'r2', t: 'refresh-success', token: 'own echo', expiresIn: 60 })
  channel.post({ v: 2, sh: 'sh1', from: 'x', t: 'refresh-success', token: 'other version', expiresIn: 60 })
  await first.pass(5)
  expect([first.current().token(), second.current().token()]).toEqual(['own echo', null])
})

test('[SE13] a runtime that hears of a token for another session asks the store who is signed in', async () => {
  const [first, second] = await wornPair(false)
  await first.signIn(aView('sh2', 'ben'))
  first.refresh.announce('sh2')
  await first.pass(5)
  expect(second.current().view.user.id).toBe('ben')
})

test('[SE07] an answer that comes after the logout grants nothing', async () => {
  const { refresh, session, script, pass, sessions, told } = await worn()
  script.ignoreAborts()
  const asked = refresh.ensure(session)
  await pass(0)
  const { answer } = script.only(PATH)
  await sessions.end(session, 'signed-out')
  answer(aGrant('too late'))
  expect(await asked).toMatchObject({ code: 'signed_out' })
  expect([sessions.current(), session.token(), told.at(-1)]).toEqual([null, null, 'signed-out'])
})

test('[SE07] an answer that comes after the next login changes nothing of it', async () => {
  const { refresh, session, script, pass, signIn, told } = await worn()
  script.ignoreAborts()
  void refresh.ensure(session)
  await pass(0)
  const { answer } = script.only(PATH)
  const next = await signIn(aView('sh2', 'ben'), 'of ben')
  answer(aGrant('of ada'))
  await pass(0)
  expect([next.token(), session.token(), told.at(-1)]).toEqual(['of ben', null, 'signed-in'])
})

test.each(PROBLEM_CODES)('[SE06] only the five codes end a session: %s', async (code: ProblemCode) => {
  const { refresh, session, script, pass } = await worn()
  const asked = refresh.ensure(session)
  await pass(0)
  script.only(PATH).refuse(code)
  expect(await asked).toMatchObject({ ok: false, code })
  const ends = (EXPIRY_CODES as readonly string[]).includes(code)
  expect(session.expiredBy()).toBe(ends ? code : null)
})

test.each([200, 302, 401, 511])(
  '[SE06] a portal that answers %i is no network, and ends nothing',
  async (status) => {
    const { refresh, session, script, pass } = await worn()
    const asked = refresh.ensure(session)
    await pass(0)
    script.only(PATH).portal(status)
    expect(await asked).toMatchObject({ code: 'network' })
    expect(session.expiredBy()).toBeNull()
  },
)

test('[SE06] an expired session asks no more', async () => {
  const { refresh, session, sessions, script } = await worn()
  sessions.expire(session, 'session_revoked')
  expect(await refresh.ensure(session)).toMatchObject({ code: 'signed_out', status: 401 })
  expect(script.sent).toEqual([])
})

test('[SE08] a cookie of another session sends us to the store, which says whose it is', async () => {
  const { refresh, session, script, pass, platform, current } = await worn()
  await platform.store.set(SESSION_KEY, aView('sh2', 'ben'))
  const asked = refresh.ensure(session)
  await pass(0)
  script.only(PATH).refuse('session_mismatch')
  expect(await asked).toMatchObject({ code: 'session_mismatch' })
  await pass(0)
  expect([current().view.sh, session.signal.aborted]).toEqual(['sh2', true])
})

test.each([
  ['session', { sh: 'sh2' }],
  ['user', { userId: 'ben' }],
])('[SE08] a token for another %s is never taken', async (_, parts) => {
  const { refresh, session, script, pass } = await worn()
  const asked = refresh.ensure(session)
  await pass(0)
  script.only(PATH).answer(aGrant('of somebody else', parts))
  expect(await asked).toMatchObject({ code: 'session_mismatch' })
  expect(session.token()).toBeNull()
})

test('[SE10] a refresh that gets no answer is given up after ten seconds and frees the lock', async () => {
  const { refresh, session, script, pass, platform } = await worn()
  const asked = refresh.ensure(session)
  await pass(REFRESH_DEADLINE_MS - 1)
  script.only(PATH)
  expect(platform.profile.held()).toEqual(['standpipe:sh1:auth'])
  await pass(1)
  expect(await asked).toMatchObject({ code: 'timeout' })
  expect([platform.profile.held(), platform.time.pending()]).toEqual([[], 0])
})

test('[SE10] a lock whose holder is frozen is waited for twelve seconds; then the refresh goes without it', async () => {
  const { refresh, session, script, pass, platform } = await worn()
  void platform.profile.join().locks.request('standpipe:sh1:auth', {}, () => new Promise(() => {}))
  const done = refresh.ensure(session)
  await pass(REFRESH_LOCK_WAIT_MS - 1)
  expect(script.open('/auth/refresh')).toEqual([])
  await pass(1)
  script.only('/auth/refresh').answer(aGrant('token2'))
  await pass(0)
  expect([await done, session.token()]).toEqual([null, 'token2'])
})

test('[TM03] a refresh that failed is counted with its reason; one that was ended by a logout is not', async () => {
  const { refresh, session, script, counted, pass } = await worn()
  void refresh.ensure(session)
  await pass(0)
  script.only(PATH).refuse('session_expired')
  await pass(0)
  expect(counted).toEqual([['refresh_failed', { code: 'session_expired' }]])
  const other = await worn()
  void other.refresh.ensure(other.session)
  await other.pass(0)
  await other.sessions.end(other.session, 'signed-out')
  await other.pass(0)
  expect(other.counted).toEqual([])
})
