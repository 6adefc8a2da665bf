import { expect, test } from 'vitest'
import { YOUNG_MS } from '../../worker/core/poll-loop.ts'
import { SESSION_KEY } from '../../worker/core/session.ts'
import { createBrowserProfile } from '../support/browser-profile.ts'
import { aGrant, aLogin, anAnswer, aView } from '../support/core-samples.ts'
import { createRuntimeRig } from '../support/runtime-rig.ts'
import { createScriptedHttp } from '../support/scripted-http.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const PATH = '/realtime/subscribe'

async function rig(signedIn = true) {
  const time = createVirtualClock()
  const profile = createBrowserProfile(time)
  if (signedIn) await profile.store.set(SESSION_KEY, aView())
  const script = createScriptedHttp()
  const parts = createRuntimeRig({ http: script.http, time, profile })
  async function goLive() {
    script.only('/auth/refresh').answer(aGrant('token1'))
    await time.advance(0)
    script.only(PATH).answer(anAnswer('e.5', { outcome: 'tip' }))
    await time.advance(0)
  }
  return { ...parts, script, profile, pass: time.advance, goLive }
}

test('[LD05] without a tab nothing is asked of the server, however long', async () => {
  const { script, pass, profile } = await rig()
  await pass(600_000)
  expect([script.sent, profile.held()]).toEqual([[], []])
})

test('[LD05] with the last tab the poll is aborted and the lock released; the next one goes on at the cursor', async () => {
  const { openTab, script, pass, profile, goLive, inspect } = await rig()
  const [one, two] = [openTab('tab1'), openTab('tab2')]
  await pass(0)
  await goLive()
  one.send({ t: 'bye' })
  await pass(0)
  expect([profile.held(), script.open(PATH).length]).toEqual([['standpipe:sh1:lead'], 1])
  two.close()
  await pass(0)
  expect([profile.held(), script.open()]).toEqual([[], []])
  expect((await inspect()).role).toBe('follower')
  await pass(100_000)
  expect(script.open()).toEqual([])
  openTab('tab3')
  await pass(0)
  expect(script.only(PATH).request.headers).toMatchObject({ 'Rt-Cursor': 'e.5', 'Rt-Generation': '2' })
})

test('[PL10] a tab that wakes, comes online or into view makes the poll ask at once; others do not', async () => {
  const { openTab, script, pass, goLive } = await rig()
  const tab = openTab('tab1')
  await pass(0)
  await goLive()
  async function signal(parts: { visible?: boolean; online?: boolean; woke?: boolean }) {
    const before = script.sentTo(PATH).length
    tab.send({ t: 'signal', visible: true, online: true, woke: false, ...parts })
    await pass(0)
    const asked = script.sentTo(PATH).slice(before)
    if (asked.length > 0) script.only(PATH).answer(anAnswer('e.5', { outcome: 'tip' }))
    await pass(YOUNG_MS)
    return asked.map(({ path }) => path.split('&')[1])
  }
  expect(await signal({})).toEqual([])
  expect(await signal({ woke: true })).toEqual(['wait=0'])
  expect(await signal({ visible: false })).toEqual([])
  expect(await signal({ visible: true })).toEqual(['wait=0'])
  expect(await signal({ online: false })).toEqual([])
  expect(await signal({ online: true })).toEqual(['wait=0'])
})

test('[LD07] an expired session is off duty; a login brings the runtime back', async () => {
  const { openTab, script, pass, goLive, profile, runtime } = await rig()
  const tab = openTab('tab1')
  await pass(0)
  await goLive()
  script.only(PATH).refuse('session_revoked')
  await pass(600_000)
  expect([tab.status()?.phase, tab.status()?.reason, profile.held()]).toEqual([
    'expired',
    'session_revoked',
    [],
  ])
  const done = runtime.calls.login({ email: 'a@b.test', password: 'x' })
  await pass(0)
  script.only('/auth/login').answer(aLogin('token2', aView('sh2')))
  expect((await done).ok).toBe(true)
  await pass(0)
  const { headers } = script.only(PATH).request
  expect(headers).toMatchObject({ Authorization: 'Bearer token2' })
  expect(headers).not.toHaveProperty('Rt-Cursor')
  expect(tab.of('session').at(-1)?.session?.sh).toBe('sh2')
})

test('[SE13] a tab that finds nobody signed in asks the store once more', async () => {
  const { openTab, script, pass, profile } = await rig(false)
  openTab('tab1')
  await pass(0)
  expect(script.sent).toEqual([])
  await profile.store.set(SESSION_KEY, aView())
  const tab = openTab('tab2')
  await pass(0)
  expect(tab.of('session').at(-1)?.session).toEqual(aView())
  script.only('/auth/refresh')
})

test('[LD05] a runtime that was stopped asks nothing, whoever comes', async () => {
  const { openTab, script, pass, goLive, profile, runtime } = await rig()
  openTab('tab1')
  await pass(0)
  await goLive()
  await runtime.stop()
  openTab('tab2')
  await pass(600_000)
  expect([script.open(), profile.held()]).toEqual([[], []])
})

test('[LD08] a fault nobody foresaw is told and the duty begun again', async () => {
  const { openTab, platform, script, pass } = await rig()
  const { request } = platform.locks
  platform.locks.request = () => Promise.reject(new Error('The lock manager refuses.'))
  const tab = openTab('tab1')
  await pass(0)
  expect(tab.status()).toMatchObject({ phase: 'degraded', reason: 'fault' })
  expect(tab.status()?.retryAt).not.toBeNull()
  platform.locks.request = request
  await pass(5000)
  script.only('/auth/refresh').answer(aGrant('token1'))
  await pass(0)
  script.only(PATH).answer(anAnswer('e.5', { outcome: 'tip' }))
  await pass(0)
  expect(tab.status()?.phase).toBe('live')
})
