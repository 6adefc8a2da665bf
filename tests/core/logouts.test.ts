import { expect, test } from 'vitest'
import { LOGOUT_DEADLINE_MS, LOGOUTS_KEY, TOLD_KEPT_MS } from '../../worker/core/logouts.ts'
import { createSignIn } from '../../worker/core/sign-in.ts'
import { aLogin, aView } from '../support/core-samples.ts'
import { createSessionRig, type SessionRig } from '../support/session-rig.ts'

const PATH = '/auth/logout'
const ADA = { email: 'ada@acme.test', password: 'hidden words' }

/** Signed out without a network. */
async function untold(): Promise<SessionRig> {
  const rig = createSessionRig()
  await rig.sessions.known
  await rig.signIn()
  const done = rig.signOut('all')
  await rig.pass(0)
  rig.script.only(PATH).fail()
  expect(await done).toEqual({ ok: true, value: null })
  return rig
}

test('[SE17] a logout the server did not hear of is written down, and said again until it has', async () => {
  const rig = await untold()
  expect([rig.sessions.state(), await rig.platform.store.get(LOGOUTS_KEY)]).toEqual([
    'logout-pending',
    { sh1: 'all' },
  ])
  await rig.pass(1000)
  rig.script.only(PATH).refuse('overloaded')
  await rig.pass(2000)
  const { request, answer } = rig.script.only(PATH)
  expect(request).toMatchObject({ body: '{"sh":"sh1","scope":"all"}', cookies: true, keepalive: true })
  answer(null)
  await rig.pass(0)
  expect([rig.sessions.state(), await rig.platform.store.get(LOGOUTS_KEY)]).toEqual(['anonymous', {}])
  await rig.pass(120_000)
  expect(rig.script.sentTo(PATH)).toHaveLength(3)
})

test('[SE17] it is written down before the server is asked, because the runtime may be gone before it answers', async () => {
  const rig = createSessionRig()
  await rig.signIn()
  void rig.signOut('this')
  await rig.pass(0)
  rig.script.only(PATH)
  expect(await rig.platform.store.get(LOGOUTS_KEY)).toEqual({ sh1: 'this' })
})

test('[LD18] who looks after the server was told still finds that the session is over', async () => {
  const rig = createSessionRig()
  await rig.signIn()
  void rig.signOut('this')
  await rig.pass(0)
  rig.script.only(PATH).answer(null)
  await rig.pass(TOLD_KEPT_MS - 1)
  expect([rig.sessions.state(), await rig.logouts.isSignedOut('sh1')]).toEqual(['anonymous', true])
  await rig.pass(1)
  expect(await rig.platform.store.get(LOGOUTS_KEY)).toEqual({})
})

test('[SE17] a logout that was told is not told again, and nobody who signs in waits for it', async () => {
  const rig = createSessionRig()
  await rig.platform.store.set(LOGOUTS_KEY, { sh0: 'told' })
  void createSignIn(rig)(ADA)
  await rig.pass(0)
  expect([rig.script.sentTo(PATH), rig.script.open('/auth/login').length]).toEqual([[], 1])
  expect(await rig.platform.store.get(LOGOUTS_KEY)).toEqual({ sh0: 'told' })
  await rig.pass(TOLD_KEPT_MS)
  expect(await rig.platform.store.get(LOGOUTS_KEY)).toEqual({})
})

test('[SE17] the next runtime tells the server, and takes the session up under no circumstances', async () => {
  const { profile, time } = (await untold()).platform
  await profile.store.set('session', aView())
  const next = createSessionRig({ profile, time })
  await next.sessions.known
  expect(next.sessions.current()).toBeNull()
  void next.logouts.flush()
  await next.pass(0)
  next.script.only(PATH).answer(null)
  await next.pass(0)
  expect(await profile.store.get(LOGOUTS_KEY)).toEqual({})
})

test('[SE17] whoever signs in next waits until the last logout was said: the new cookie could not say it', async () => {
  const rig = await untold()
  void createSignIn(rig)(ADA)
  await rig.pass(0)
  expect(rig.script.open('/auth/login')).toEqual([])
  rig.script.only(PATH).answer(null)
  await rig.pass(0)
  rig.script.only('/auth/login')
})

test('[SE17] a portal in the way has not been told', async () => {
  const rig = await untold()
  await rig.pass(1000)
  rig.script.only(PATH).portal(200)
  await rig.pass(0)
  expect(rig.sessions.state()).toBe('logout-pending')
})

test('[SE17] a server that does not answer is asked again; two who ask at once ask once', async () => {
  const rig = await untold()
  void rig.logouts.flush()
  void rig.logouts.flush()
  await rig.pass(LOGOUT_DEADLINE_MS)
  expect(rig.script.sentTo(PATH)).toHaveLength(2)
  await rig.pass(2000)
  rig.script.only(PATH)
})

test('[SE17] a store that refuses leaves the logout to be said while this runtime lives', async () => {
  const rig = createSessionRig()
  await rig.signIn()
  rig.platform.profile.store.update = () => Promise.reject(new Error('quota'))
  const done = rig.signOut('this')
  await rig.pass(0)
  rig.script.only(PATH).answer(null)
  expect(await done).toEqual({ ok: true, value: null })
  expect(rig.sessions.current()).toBeNull()
})

test('[SE18] a login gives up the refresh under way, and another login waits for it', async () => {
  const rig = createSessionRig()
  await rig.sessions.known
  const session = await rig.signIn()
  rig.sessions.dropToken(session, 'token1')
  const refreshing = rig.refresh.ensure(session)
  await rig.pass(0)
  rig.script.only('/auth/refresh')
  const signIn = createSignIn(rig)
  const first = signIn(ADA)
  const second = signIn({ ...ADA, email: 'ben@acme.test' })
  await rig.pass(0)
  expect([await refreshing, rig.script.open('/auth/refresh')]).toMatchObject([{ code: 'network' }, []])
  rig.script.only('/auth/login').answer(aLogin('token2'))
  expect(await first).toMatchObject({ ok: true })
  await rig.pass(0)
  rig.script.only('/auth/login').refuse('bad_credentials')
  expect(await second).toMatchObject({ code: 'bad_credentials' })
  expect(rig.current().token()).toBe('token2')
})

test('[SE18] a lock whose holder is frozen holds a login up for three seconds', async () => {
  const rig = createSessionRig()
  void rig.platform.profile.join().locks.request('standpipe:sign-in', {}, () => new Promise(() => {}))
  void createSignIn(rig)(ADA)
  await rig.pass(2999)
  expect(rig.script.open()).toEqual([])
  await rig.pass(1)
  rig.script.only('/auth/login')
})
