import { expect, test } from 'vitest'
import { createSessions, SESSION_KEY } from '../../worker/core/session.ts'
import { aView } from '../support/core-samples.ts'
import { createSessionRig } from '../support/session-rig.ts'

test('[SE01] the store keeps who is signed in and never the token', async () => {
  const { signIn, platform } = createSessionRig()
  await signIn(aView(), 'a very secret token')
  expect(await platform.store.get(SESSION_KEY)).toEqual(aView())
})

test('[SE02] a new runtime on the same store has the session, and no token yet', async () => {
  const first = createSessionRig()
  await first.signIn()
  const { profile, time } = first.platform
  const next = createSessionRig({ profile, time })
  expect(next.sessions.current()).toBeUndefined()
  await next.sessions.known
  expect(next.current().view).toEqual(aView())
  expect(next.current().token()).toBeNull()
})

test('[SE02] a record that cannot be read or is not one of ours means that nobody is signed in', async () => {
  const rig = createSessionRig()
  await rig.platform.store.set(SESSION_KEY, { sh: 'sh1', user: 'ada' })
  await rig.sessions.reread()
  expect(rig.sessions.current()).toBeNull()
  const store = { ...rig.platform.store, get: () => Promise.reject(new Error('blocked')) }
  const sessions = createSessions({
    platform: { ...rig.platform, store },
    isLoggedOut: () => Promise.resolve(false),
    onChange: () => {},
  })
  await sessions.known
  expect(sessions.current()).toBeNull()
})

test('[SE05] a token that has run out is none', async () => {
  const { signIn, pass } = createSessionRig()
  const session = await signIn(aView(), 'token1', 60)
  await pass(59_999)
  expect([session.token(), session.tokenLife()]).toEqual(['token1', { leftMs: 1, totalMs: 60_000 }])
  await pass(1)
  expect(session.token()).toBeNull()
})

test('[SE05] a token ages while the machine sleeps, and a clock that is set back makes none younger', async () => {
  const { signIn, pass, platform } = createSessionRig()
  const { wallMs } = platform.clock
  const session = await signIn(aView(), 'token1', 60)
  platform.clock.wallMs = () => wallMs() + 50_000
  expect(session.tokenLife().leftMs).toBe(10_000)
  platform.clock.wallMs = () => wallMs() - 3_600_000
  await pass(30_000)
  expect(session.tokenLife().leftMs).toBe(30_000)
})

test('[SE13] a login takes the place of whatever session there was, and everything of that one aborts', async () => {
  const { signIn, sessions, told } = createSessionRig()
  const first = await signIn()
  const second = await signIn(aView('sh2', 'ben'))
  expect([first.signal.aborted, second.signal.aborted]).toEqual([true, false])
  expect(told.at(-1)).toBe('signed-in')
  sessions.grant(first, { value: 'late', expiresIn: 60 })
  sessions.expire(first, 'session_revoked')
  await sessions.end(first, 'signed-out')
  expect(second.token()).toBe('token1')
  expect(second.expiredBy()).toBeNull()
  expect(sessions.current()).toBe(second)
})

test('[SE13] a login that is being kept while the store is read wins over what was read', async () => {
  const rig = createSessionRig()
  await rig.signIn()
  const reading = rig.sessions.reread()
  const session = await rig.signIn(aView('sh2', 'ben'))
  await reading
  expect(rig.sessions.current()).toBe(session)
})

test('[SE11] an ended session is over before the store is touched, and its record goes', async () => {
  const { signIn, sessions, platform, told } = createSessionRig()
  const session = await signIn()
  const ended = sessions.end(session, 'signed-out')
  expect([session.signal.aborted, sessions.current(), told.at(-1)]).toEqual([true, null, 'signed-out'])
  await ended
  expect(await platform.store.get(SESSION_KEY)).toBeNull()
})

test('[SE12] a record written late by an ended session brings nobody back', async () => {
  const { signIn, sessions, platform } = createSessionRig()
  await sessions.end(await signIn(), 'signed-out')
  await platform.store.set(SESSION_KEY, aView())
  await sessions.reread()
  expect(sessions.current()).toBeNull()
})

test('[SE12] the end of a session leaves the record of the next one alone', async () => {
  const { signIn, sessions, platform } = createSessionRig()
  const session = await signIn()
  await platform.store.set(SESSION_KEY, aView('sh2', 'ben'))
  await sessions.end(session, 'signed-out')
  expect(await platform.store.get(SESSION_KEY)).toEqual(aView('sh2', 'ben'))
})

test('[SE12] a session that ended elsewhere while its record was being read is not restored', async () => {
  const first = createSessionRig()
  await first.signIn()
  const { profile, time } = first.platform
  const next = createSessionRig({ profile, time })
  void next.sessions.endedElsewhere('sh1')
  await next.sessions.known
  expect(next.sessions.current()).toBeNull()
})

test('[SE06] an expiry is told once and takes the token, and no late token takes it back', async () => {
  const { signIn, sessions, told } = createSessionRig()
  const session = await signIn()
  sessions.expire(session, 'session_revoked')
  sessions.expire(session, 'refresh_invalid')
  expect([session.expiredBy(), session.token()]).toEqual(['session_revoked', null])
  expect(told.filter((reason) => reason !== 'signed-in' && reason !== 'signed-out')).toEqual([
    'session_revoked',
  ])
  sessions.grant(session, { value: 'token2', expiresIn: 60 })
  expect([session.expiredBy(), session.token()]).toEqual(['session_revoked', null])
})

test('[SE05] only the token that was refused is dropped, not the one that came meanwhile', async () => {
  const { signIn, sessions } = createSessionRig()
  const session = await signIn()
  sessions.grant(session, { value: 'token2', expiresIn: 60 })
  sessions.dropToken(session, 'token1')
  expect(session.token()).toBe('token2')
  sessions.dropToken(session, 'token2')
  expect(session.token()).toBeNull()
})
