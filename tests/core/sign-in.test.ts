import { expect, test } from 'vitest'
import { createSignIn } from '../../worker/core/sign-in.ts'
import { aLogin, aView } from '../support/core-samples.ts'
import { createSessionPair, createSessionRig } from '../support/session-rig.ts'

const ADA = { email: 'ada@acme.test', password: 'hidden words' }

test('[SE13] a login begins a session here and in the other runtimes of the profile', async () => {
  const [first, second] = createSessionPair(false)
  await second.sessions.known
  const done = createSignIn(first)(ADA)
  await first.pass(0)
  const { request, answer } = first.script.only('/auth/login')
  expect(request).toMatchObject({ method: 'POST', cookies: true, body: JSON.stringify(ADA) })
  expect(request.headers).toEqual({ 'Content-Type': 'application/json', 'Rt-Client': '1' })
  answer(aLogin('token1'))
  expect(await done).toEqual({ ok: true, value: aView() })
  await first.pass(5)
  expect([first.current().token(), second.current().token()]).toEqual(['token1', null])
  expect(JSON.stringify(first.platform.profile.posted)).not.toContain('hidden')
})

test('[SE14] a login that fails, late or not, says why and changes nothing', async () => {
  const rig = createSessionRig()
  const session = await rig.signIn()
  const signIn = createSignIn(rig)
  async function failing(how: (path: string) => void): Promise<unknown> {
    const done = signIn(ADA)
    await rig.pass(0)
    how('/auth/login')
    await rig.pass(14_000)
    return done
  }
  expect(await failing((path) => rig.script.only(path).refuse('bad_credentials'))).toMatchObject({
    code: 'bad_credentials',
    status: 401,
  })
  expect(await failing((path) => rig.script.only(path).portal())).toMatchObject({ code: 'network' })
  expect(await failing((path) => rig.script.only(path).answer({ hello: 1 }))).toMatchObject({
    code: 'bad_answer',
  })
  expect(await failing((path) => rig.script.only(path).fail())).toMatchObject({ code: 'network' })
  expect(await failing(() => {})).toMatchObject({ code: 'timeout' })
  expect(rig.sessions.current()).toBe(session)
})

test('[SE14] a store that refuses does not refuse the login', async () => {
  const rig = createSessionRig()
  rig.platform.profile.store.set = () => Promise.reject(new Error('quota'))
  const done = createSignIn(rig)(ADA)
  await rig.pass(0)
  rig.script.only('/auth/login').answer(aLogin('token1'))
  expect(await done).toMatchObject({ ok: true })
  expect(rig.platform.lines).toHaveLength(1)
})
