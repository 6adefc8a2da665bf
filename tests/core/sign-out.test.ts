import { expect, test } from 'vitest'
import { LOGOUTS_KEY, WRITTEN_WITHIN_MS } from '../../worker/core/logouts.ts'
import { SESSION_KEY } from '../../worker/core/session.ts'
import { hearPage } from '../../worker/core/sign-out.ts'
import { CHANNEL } from '../../worker/wire/relay.ts'
import { aView } from '../support/core-samples.ts'
import { createSessionPair, createSessionRig } from '../support/session-rig.ts'

test('[SE11] a logout is over here at once, then everywhere, and the server hears of it with the token it had', async () => {
  const [first, second] = createSessionPair(false)
  const session = await first.signIn()
  await second.sessions.reread()
  const other = second.current()
  const done = first.signOut('this')
  await first.pass(0)
  expect([session.signal.aborted, other.signal.aborted]).toEqual([true, false])
  await first.pass(5)
  expect([other.signal.aborted, second.sessions.current()]).toEqual([true, null])
  const { request, answer } = first.script.only('/auth/logout')
  expect(request).toMatchObject({ method: 'POST', body: '{"sh":"sh1","scope":"this"}', cookies: true })
  expect(request.headers['Authorization']).toBe('Bearer token1')
  answer(null)
  expect(await done).toEqual({ ok: true, value: null })
  expect(first.script.sent).toHaveLength(1)
  expect(await first.platform.store.get(SESSION_KEY)).toBeNull()
})

test('[LD18] nothing ends before it is written down, unless the store is stuck', async () => {
  const [first, second] = createSessionPair(false)
  const session = await first.signIn()
  await second.sessions.reread()
  first.platform.profile.store.update = () => new Promise(() => {})
  void first.signOut('this')
  await first.pass(WRITTEN_WITHIN_MS - 1)
  expect([session.signal.aborted, first.script.sent]).toEqual([false, []])
  await first.pass(1)
  expect([session.signal.aborted, first.script.sentTo('/auth/logout').length]).toEqual([true, 1])
  await first.pass(5)
  expect(second.sessions.current()).toBeNull()
})

test('[LD18] who hears of it from a page, before anybody wrote it down, writes it down first', async () => {
  const [first, second] = createSessionPair(false)
  const session = await first.signIn()
  await second.sessions.reread()
  const written: unknown[] = []
  session.signal.addEventListener('abort', () => void written.push(first.logouts.isSignedOut('sh1')))
  await hearPage(first, 'sh1')
  expect([session.signal.aborted, await written[0]]).toEqual([true, true])
  await hearPage(second, 'sh1')
  expect(await first.platform.store.get(LOGOUTS_KEY)).toEqual({ sh1: 'this' })
})

test('[LD18] a page that tells of it late makes nothing of what is written, nor of another session', async () => {
  const { signIn, platform, sessions, logouts } = createSessionRig()
  await signIn()
  await platform.store.set(LOGOUTS_KEY, { sh1: 'told' })
  await hearPage({ sessions, logouts }, 'sh1')
  await hearPage({ sessions, logouts }, 'sh-of-somebody-else')
  expect(await platform.store.get(LOGOUTS_KEY)).toEqual({ sh1: 'told' })
})

test('[SE11] without a token the cookie alone speaks for the logout', async () => {
  const { signIn, sessions, signOut, script, pass } = createSessionRig()
  sessions.expire(await signIn(), 'session_expired')
  void signOut('all')
  await pass(0)
  const { request } = script.only('/auth/logout')
  expect(request.headers).not.toHaveProperty('Authorization')
  expect(request.body).toBe('{"sh":"sh1","scope":"all"}')
})

test('[SE11] a server that cannot be told holds the logout up for five seconds and no longer', async () => {
  const { signIn, signOut, pass, sessions } = createSessionRig()
  await signIn()
  const done = signOut('this')
  await pass(0)
  expect(sessions.current()).toBeNull()
  await pass(5000)
  expect(await done).toEqual({ ok: true, value: null })
})

test('[SE11] with nobody signed in there is nothing to end', async () => {
  const { signOut, script } = createSessionRig()
  expect(await signOut('this')).toEqual({ ok: true, value: null })
  expect(script.sent).toEqual([])
})

test('[SE12] a logout of another session, or what is none, ends nothing', async () => {
  const { signIn, platform, pass, sessions } = createSessionRig()
  const session = await signIn()
  const channel = platform.profile.join().openChannel(CHANNEL.control, () => {})
  for (const data of [{ t: 'logout', id: 'x', ts: 1, sh: 'sh2' }, { t: 'logout' }, null]) channel.post(data)
  await pass(5)
  expect(sessions.current()).toBe(session)
})

test('[SE11] a logout of a session that has ended here already is told to the server all the same, and spares the next', async () => {
  const { signIn, signOut, script, pass, sessions } = createSessionRig()
  const session = await signIn(aView('sh2', 'ben'))
  void signOut('this', 'sh1')
  await pass(0)
  expect(script.only('/auth/logout').request).toMatchObject({ body: '{"sh":"sh1","scope":"this"}' })
  expect(script.only('/auth/logout').request.headers).not.toHaveProperty('Authorization')
  expect([sessions.current(), session.signal.aborted]).toEqual([session, false])
})
