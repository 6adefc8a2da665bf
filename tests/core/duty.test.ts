import { expect, test } from 'vitest'
import { WANTED_MS } from '../../worker/core/token-share.ts'
import { SESSION_KEY } from '../../worker/core/session.ts'
import type { Host } from '../../worker/wire/port.ts'
import { createBrowserProfile } from '../support/browser-profile.ts'
import { aGrant, anAnswer, anEvent, aView } from '../support/core-samples.ts'
import { createRuntimeRig, type RuntimeRig } from '../support/runtime-rig.ts'
import { createScriptedHttp } from '../support/scripted-http.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const PATH = '/realtime/subscribe'

/** Two runtimes of one profile and session, each with a tab; the first leads. */
async function pair(host: Host = 'shared-worker') {
  const time = createVirtualClock()
  const profile = createBrowserProfile(time)
  await profile.store.set(SESSION_KEY, aView())
  const networks = [createScriptedHttp(), createScriptedHttp()] as const
  const start = (index: 0 | 1) =>
    createRuntimeRig({ http: networks[index].http, instanceId: `r${index}`, host, time, profile })
  const first = start(0)
  const firstTab = first.openTab('tab1')
  // Where tabs host, one without a token asks the others first.
  await time.advance(host === 'tab' ? WANTED_MS + 5 : 5)
  await grant(networks[0], time.advance)
  networks[0].only(PATH).answer(anAnswer('e.5', { outcome: 'tip' }))
  await time.advance(5)
  const second = start(1)
  const secondTab = second.openTab('tab2')
  await time.advance(5)
  return { time, profile, networks, first, second, firstTab, secondTab, pass: time.advance }
}

async function grant(network: ReturnType<typeof createScriptedHttp>, pass: (ms: number) => Promise<void>) {
  network.only('/auth/refresh').answer(aGrant('token1'))
  await pass(5)
}

async function roles(...rigs: RuntimeRig[]) {
  return Promise.all(rigs.map(async (rig) => (await rig.inspect()).role))
}

test('[LD01] [RL02] of two runtimes one polls; the other asks where it stands and is live at once', async () => {
  const { first, second, networks, secondTab } = await pair()
  expect(await roles(first, second)).toEqual(['leader', 'follower'])
  expect([networks[0].open(PATH).length, networks[1].sent.length]).toEqual([1, 0])
  expect(secondTab.status()).toMatchObject({ phase: 'live', role: 'follower' })
  expect((await second.inspect()).cursor).toBe('e.5')
})

test('[RL01] what the leader polls reaches the tabs of both, once', async () => {
  const { networks, pass, firstTab, secondTab } = await pair()
  const events = [anEvent(6), anEvent(7, { topic: 'tasks' })]
  networks[0].only(PATH).answer(anAnswer('e.7', { events }))
  await pass(5)
  expect(firstTab.of('batch').flatMap((frame) => frame.events)).toEqual(events)
  expect(secondTab.of('batch').flatMap((frame) => frame.events)).toEqual(events)
  expect(secondTab.of('resync').map(({ reason }) => reason)).toEqual(['attach'])
})

test('[RL07] a gap at the leader brings one resync to the tabs of both', async () => {
  const { networks, pass, firstTab, secondTab } = await pair()
  const gap = { reason: 'trimmed', missedAtMost: 9, refetchAfterMs: 400 } as const
  networks[0].only(PATH).answer(anAnswer('e.90', { outcome: 'gap', gap }))
  await pass(5)
  for (const tab of [firstTab, secondTab])
    expect(tab.of('resync').filter(({ reason }) => reason === 'trimmed')).toMatchObject([
      { refetchAfterMs: 400 },
    ])
})

test('[LD03] when the leader stops, the other leads from where it stood, and loses nothing', async () => {
  const { networks, pass, first, second, secondTab } = await pair()
  await first.runtime.stop()
  await pass(5)
  await grant(networks[1], pass)
  const { request, answer } = networks[1].only(PATH)
  expect(request.headers).toMatchObject({ 'Rt-Cursor': 'e.5', 'Rt-Generation': '2' })
  answer(anAnswer('e.6', { events: [anEvent(6)] }))
  await pass(5)
  expect(await roles(second)).toEqual(['leader'])
  expect(secondTab.of('batch')).toHaveLength(1)
  expect(secondTab.of('resync')).toHaveLength(1)
})

test('[LD03] when the leader dies without a word, the other leads', async () => {
  const { networks, pass, first, second } = await pair()
  first.platform.die()
  await pass(5)
  await grant(networks[1], pass)
  expect([await roles(second), networks[1].open(PATH).length]).toEqual([['leader'], 1])
})

test('[RL10] followers of a leader that gets no answers say so', async () => {
  const { pass, networks, secondTab } = await pair()
  networks[0].only(PATH).fail()
  await pass(5)
  expect(secondTab.status()).toMatchObject({ phase: 'offline', reason: 'network', role: 'follower' })
})

test('[LD05] a runtime whose term ends lets go of the lock, also while it waits for a token', async () => {
  const { first, second, pass, profile } = await pair()
  await first.runtime.stop()
  await pass(5)
  expect(profile.held()).toContain('standpipe:sh1:auth')
  await second.runtime.stop()
  expect(profile.held()).toEqual(['standpipe:sh1:auth'])
})

test('[LD04] a leader that was superseded lets go, rests two to five seconds and stands in line again', async () => {
  const { networks, pass, first, second, firstTab } = await pair()
  networks[0].only(PATH).answer(anAnswer('e.5', { outcome: 'superseded' }))
  await pass(5)
  expect(await roles(first, second)).toEqual(['follower', 'leader'])
  // It hears the other at once, and its tabs are live again.
  expect(firstTab.status()).toMatchObject({ phase: 'live', role: 'follower' })
  await second.runtime.stop()
  await pass(3400)
  expect(networks[0].open(PATH)).toEqual([])
  await pass(200)
  expect(await roles(first)).toEqual(['leader'])
  expect(networks[0].only(PATH).request.headers).toMatchObject({ 'Rt-Generation': '3', 'Rt-Cursor': 'e.5' })
})

test('[SE11] a logout in one runtime silences the other within 50 ms', async () => {
  const { networks, pass, second, firstTab, secondTab, profile } = await pair()
  void second.runtime.calls.logout('this')
  await pass(50)
  for (const tab of [firstTab, secondTab]) {
    expect(tab.of('session').at(-1)).toEqual({ t: 'session', session: null })
    expect(tab.status()).toMatchObject({ phase: 'signed-out' })
  }
  expect([networks[0].open().length, networks[1].open('/auth/logout').length]).toEqual([0, 1])
  await pass(600_000)
  expect([networks[0].open(PATH), networks[1].sentTo(PATH), profile.held()]).toEqual([[], [], []])
})

test('[SE19] what one runtime hears of the end of the session all tabs know, and nobody polls on', async () => {
  const { networks, pass, firstTab, secondTab } = await pair()
  networks[0].only(PATH).refuse('session_revoked')
  await pass(5)
  for (const tab of [firstTab, secondTab])
    expect(tab.status()).toMatchObject({ phase: 'expired', reason: 'session_revoked' })
  await pass(60_000)
  expect(networks[1].sentTo(PATH)).toEqual([])
})

test('[RL12] [Try again] at a follower makes the leader poll at once', async () => {
  const { networks, pass, second } = await pair()
  networks[0].only(PATH).fail()
  await pass(0)
  expect(networks[0].open(PATH)).toEqual([])
  await second.runtime.calls.retryNow()
  await pass(5)
  expect(networks[0].only(PATH).request.path).toContain('wait=0')
})

test('[LD18] a runtime that is granted the lock before it hears of the logout polls nothing and is signed out', async () => {
  const { profile, first, networks, second, secondTab, pass } = await pair('tab')
  // It has the token of the first, so that nothing else would keep it from polling.
  void second.runtime.calls.request({ method: 'GET', path: '/api/tasks' })
  await pass(60)
  expect(networks[1].only('/api/tasks').request.headers).toMatchObject({ Authorization: 'Bearer token1' })
  // The first has written the logout down and lets go; its word to the others is still on its way.
  await profile.store.set('logouts', { sh1: 'this' })
  first.platform.die()
  await pass(50)
  expect(networks[1].sentTo(PATH)).toEqual([])
  expect(secondTab.status()).toMatchObject({ phase: 'signed-out' })
})
