import { expect, test } from 'vitest'
import { BEAT_MS } from '../../worker/core/beat.ts'
import { DRAIN_MS } from '../../worker/core/term.ts'
import { WANTED_MS } from '../../worker/core/token-share.ts'
import { STALE_LEADER_MS } from '../../worker/core/lead-watch.ts'
import { SESSION_KEY } from '../../worker/core/session.ts'
import { WATCHDOG_MS } from '../../worker/core/poll.ts'
import { leadLock } from '../../worker/wire/names.ts'
import type { Host, TabFrame } from '../../worker/wire/port.ts'
import { createBrowserProfile } from '../support/browser-profile.ts'
import { aGrant, anAnswer, anEvent, aView } from '../support/core-samples.ts'
import { createRuntimeRig, type RuntimeRig, type TestTab } from '../support/runtime-rig.ts'
import { createScriptedHttp } from '../support/scripted-http.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const PATH = '/realtime/subscribe'
type Attach = Extract<TabFrame, { t: 'attach' }>

interface Runtime {
  rig: RuntimeRig
  tab: TestTab
  network: ReturnType<typeof createScriptedHttp>
  /** Answers the refresh that a new leader needs. */
  grant(): Promise<void>
  role(): Promise<string>
  isPolling(): boolean
}

/** Runtimes of one profile and session, each with one tab and a network of its own. */
async function world() {
  const time = createVirtualClock()
  const profile = createBrowserProfile(time)
  await profile.store.set(SESSION_KEY, aView())
  let made = 0
  async function start(attach: Partial<Attach> = {}, host: Host = 'shared-worker'): Promise<Runtime> {
    const network = createScriptedHttp()
    const instanceId = `r${(made += 1)}`
    const rig = createRuntimeRig({ http: network.http, instanceId, time, profile, host })
    const tab = rig.openTab(`tab of ${instanceId}`, attach)
    await time.advance(5)
    return {
      rig,
      tab,
      network,
      async grant() {
        if (host === 'tab') await time.advance(WANTED_MS)
        network.only('/auth/refresh').answer(aGrant('token1'))
        await time.advance(5)
      },
      role: async () => (await rig.inspect()).role,
      isPolling: () => network.open(PATH).length > 0,
    }
  }
  /** The first, leading at e.5 with a held poll. */
  async function leading(attach: Partial<Attach> = {}, host?: Host): Promise<Runtime> {
    const runtime = await start(attach, host)
    await runtime.grant()
    runtime.network.only(PATH).answer(anAnswer('e.5', { outcome: 'tip' }))
    await time.advance(5)
    return runtime
  }
  return { start, leading, profile, pass: time.advance }
}

const roles = (...all: Runtime[]) => Promise.all(all.map((each) => each.role()))

test('[LD12] a runtime of a newer deploy is handed the leadership, with the place and what was seen; the old one relays for its tabs', async () => {
  const { start, leading, pass } = await world()
  const old = await leading({ deploy: 3 })
  old.network.only(PATH).answer(anAnswer('e.6', { events: [anEvent(6)] }))
  await pass(5)
  const next = await start({ deploy: 4 })
  expect(await roles(old, next)).toEqual(['leader', 'follower'])
  await next.grant()
  await pass(100)
  expect([await roles(old, next), old.isPolling(), next.isPolling()]).toEqual([
    ['follower', 'leader'],
    false,
    true,
  ])
  expect(next.network.only(PATH).request.headers).toMatchObject({ 'Rt-Cursor': 'e.6', 'Rt-Deploy': '4' })
  next.network.only(PATH).answer(anAnswer('e.7', { events: [anEvent(6), anEvent(7)] }))
  await pass(5)
  for (const { tab } of [old, next])
    expect(
      tab
        .of('batch')
        .at(-1)
        ?.events.map(({ seq }) => seq),
    ).toEqual([7])
  expect(old.tab.status()).toMatchObject({ phase: 'live' })
})

test('[LD12] nobody who waits is in the way of the one that goes first, and no token is asked for twice', async () => {
  const { start, leading, pass } = await world()
  const old = await leading({ deploy: 3 })
  const waiting = [await start({ deploy: 3 }), await start({ deploy: 3 })]
  const next = await start({ deploy: 4 })
  await next.grant()
  await pass(100)
  expect(await roles(old, ...waiting, next)).toEqual(['follower', 'follower', 'follower', 'leader'])
  expect(waiting.map(({ network }) => network.sent)).toEqual([[], []])
})

test('[LD12] a runtime that had stepped aside begins at once when its own turn comes', async () => {
  const { start, leading, pass } = await world()
  const old = await leading({ deploy: 3 })
  const next = await start({ deploy: 4 })
  const newest = await start({ deploy: 3 })
  await next.grant()
  newest.rig.openTab('after a deploy', { deploy: 5 })
  await pass(DRAIN_MS + 10)
  expect(await roles(old, next, newest)).toEqual(['follower', 'leader', 'follower'])
  await newest.grant()
  await pass(DRAIN_MS + 10)
  expect(await roles(old, next, newest)).toEqual(['follower', 'follower', 'leader'])
  expect([old, next, newest].map((each) => each.isPolling())).toEqual([false, false, true])
})

test('[LD06] a new leader fetches its token while the store counts up its generation', async () => {
  const { start, profile } = await world()
  profile.store.update = () => new Promise<never>(() => {})
  const first = await start()
  expect(first.network.open('/auth/refresh')).toHaveLength(1)
  expect(await first.role()).toBe('follower')
})

test('[LD12] a rollback is a newer deploy', async () => {
  const { start, leading, pass } = await world()
  const old = await leading({ deploy: 4 })
  const older = await start({ deploy: 3 })
  await pass(10_000)
  expect(await roles(old, older)).toEqual(['leader', 'follower'])
  older.rig.openTab('after the rollback', { deploy: 5 })
  await pass(BEAT_MS)
  await older.grant()
  await pass(1000)
  expect(await roles(old, older)).toEqual(['follower', 'leader'])
})

test('[LD12] when the successor dies before it leads, another does', async () => {
  const { start, leading, pass } = await world()
  const old = await leading({ deploy: 3 })
  const next = await start({ deploy: 4 })
  await next.grant()
  next.rig.platform.die()
  await pass(1000)
  expect([await old.role(), old.isPolling()]).toEqual(['leader', true])
})

test('[LD15] a leader that hosts itself in a hidden tab hands over to one that somebody looks at', async () => {
  const { start, leading, pass } = await world()
  const hidden = await leading({ visible: false }, 'tab')
  const alsoHidden = await start({ visible: false }, 'tab')
  await pass(3 * BEAT_MS)
  expect(await roles(hidden, alsoHidden)).toEqual(['leader', 'follower'])
  const seen = await start({ visible: true }, 'tab')
  await pass(200)
  expect(await roles(hidden, alsoHidden, seen)).toEqual(['follower', 'follower', 'leader'])
})

test('[LD15] a SharedWorker keeps the leadership: its timers run on', async () => {
  const { start, leading, pass } = await world()
  const hidden = await leading({ visible: false })
  const seen = await start({ visible: true })
  await pass(3 * BEAT_MS)
  expect(await roles(hidden, seen)).toEqual(['leader', 'follower'])
})

test('[LD10] a lock orphaned under all who wait is found and taken', async () => {
  const { start, leading, pass, profile } = await world()
  const old = await leading()
  const next = await start()
  old.rig.platform.die()
  const last = await start()
  profile.orphan(leadLock('sh1'))
  await pass(STALE_LEADER_MS)
  expect((await roles(next, last)).filter((role) => role === 'leader')).toHaveLength(1)
})

test('[LD11] [LD09] a leader that hangs is stolen from, and one that only seemed to stops by itself and does not steal back', async () => {
  const { start, leading, pass } = await world()
  const old = await leading()
  const next = await start()
  const thaw = old.rig.platform.freeze()
  await pass(1.5 * STALE_LEADER_MS)
  await next.grant()
  expect(next.isPolling()).toBe(true)
  await thaw()
  await pass(10 * STALE_LEADER_MS)
  expect([await roles(old, next), old.isPolling()]).toEqual([['follower', 'leader'], false])
})

test('[LD16] a poll that stands still holds the beat back and is begun anew', async () => {
  const { leading, pass, start } = await world()
  const stuck = await leading()
  const next = await start()
  // An engine that loses a request: no answer, no abort.
  stuck.network.ignoreAborts()
  await pass(WATCHDOG_MS + 30_000)
  expect((await roles(stuck, next)).filter((role) => role === 'leader')).toHaveLength(1)
  expect(stuck.rig.platform.lines.map(({ message }) => message)).toContain(
    'The poll stood still and was begun anew.',
  )
})

test('[LD17] a build the server serves no more polls no more, and its tabs are told', async () => {
  const { leading, pass } = await world()
  const old = await leading({ deploy: 3 })
  old.network.only(PATH).refuse('build_retired')
  await pass(100_000)
  expect([old.isPolling(), old.tab.status()]).toMatchObject([
    false,
    { phase: 'degraded', reason: 'build_retired' },
  ])
  old.rig.openTab('after the rollback', { deploy: 5 })
  await pass(1000)
  expect(old.isPolling()).toBe(true)
})

test('[LD17] a retired runtime still relays for its tabs', async () => {
  const { leading, start, pass } = await world()
  const old = await leading({ deploy: 3 })
  old.network.only(PATH).refuse('build_retired')
  await pass(5)
  const next = await start({ deploy: 4 })
  await next.grant()
  next.network.only(PATH).answer(anAnswer('e.6', { outcome: 'tip' }))
  await pass(5)
  expect(old.tab.of('resync').at(-1)).toMatchObject({ cursor: 'e.6' })
  next.network.only(PATH).answer(anAnswer('e.7', { events: [anEvent(7)] }))
  await pass(5)
  expect(
    old.tab
      .of('batch')
      .at(-1)
      ?.events.map(({ seq }) => seq),
  ).toEqual([7])
  expect(old.tab.status()).toMatchObject({ phase: 'live' })
})

test('[LD02] a store that forgot its generations is passed by the clock, once the server has fenced the first', async () => {
  const { leading, pass } = await world()
  const { network, rig } = await leading()
  network.only(PATH).answer(anAnswer('e.5', { outcome: 'superseded' }))
  await pass(5100)
  const generation = Number(network.only(PATH).request.headers['Rt-Generation'])
  expect(generation).toBeGreaterThan(rig.platform.clock.wallMs() - 60_000)
})
