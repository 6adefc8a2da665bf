import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Host } from '../../worker/wire/port.ts'
import { createCrowd, type Crowd, type CrowdTab } from '../support/crowd.ts'
import { createDraw } from '../support/draw.ts'
import type { Engine } from '../support/engine.ts'
import { createClient, type HttpClient } from '../support/http-client.ts'
import { storm } from '../support/storm.ts'
import { startWatchedServer, type WatchedServer } from '../support/watched-server.ts'

/** Where the runtimes of a profile live. With both, the tabs of one session have runtimes of either kind. */
type HostOf = (opened: number) => Host
const ALONE: Record<string, HostOf> = {
  'in a SharedWorker': () => 'shared-worker',
  'in a worker of each tab': () => 'tab',
}
const bothKinds: HostOf = (opened) => (opened % 2 === 0 ? 'shared-worker' : 'tab')
const HOSTS: Record<string, HostOf> = { ...ALONE, 'of both kinds in one profile': bothKinds }
const TABS = 3
const SEED = 28
const STORM = { seed: SEED, steps: 7, stepMs: 1000 }
/** What holds in every engine on two cores with other work on them. */
const STORM_BOUNDS = { noPollerPercent: 20, worstGapMs: 2500, longestTwoMs: 500 }
const WITHIN_MS = 20_000
/** Well under a beat of the leader: what came only because a runtime noticed that it had missed something comes too late. */
const ROW_WITHIN_MS = 4000
const LAUNCH_WITHIN_MS = 30_000
/** A poll that has been open for this long is no word of a runtime that is about to follow. */
const HELD_MS = 300
/** Longer than a superseded runtime rests: two that take turns do not get this far. */
const STEADY_MS = 6000

/** What has to hold in every engine people use, seen from its tabs and from the server. */
export function describeEngine(launch: () => Promise<Engine>): void {
  let server: WatchedServer
  let other: HttpClient
  let engine: Engine

  beforeAll(async () => {
    server = await startWatchedServer()
    other = await createClient(server.url, 'manager@acme.test')
    return () => server.process.dispose()
  }, LAUNCH_WITHIN_MS)

  beforeEach(async () => {
    engine = await launch()
    return () => engine.close()
  }, LAUNCH_WITHIN_MS)

  async function open(count: number, hostOf: (opened: number) => Host): Promise<Crowd> {
    const crowd = createCrowd(engine, {
      url: server.url,
      email: 'owner@acme.test',
      draw: createDraw(SEED),
      hostOf,
    })
    while (crowd.tabs().length < count) await crowd.open()
    return crowd
  }

  const soon = (what: () => unknown, timeout = WITHIN_MS) => expect.poll(what, { timeout })

  async function onePoll(): Promise<void> {
    const held = () => server.open().map((poll) => Date.now() - poll.from > HELD_MS)
    await soon(held).toEqual([true])
  }

  /** Nobody else has polled for a while. */
  async function oneLeader(): Promise<void> {
    const termMs = () => {
      const polls = server.polls().toReversed()
      const first = polls.find((poll, i) => polls[i + 1]?.pollerId !== poll.pollerId)
      return Date.now() - (first?.from ?? Infinity)
    }
    await soon(termMs).toBeGreaterThan(STEADY_MS)
    await onePoll()
  }

  /** Each of the tabs shows it once. */
  async function stands(description: string, tabs: readonly CrowdTab[]): Promise<void> {
    for (const tab of tabs) {
      await tab.show?.()
      await soon(() => tab.rows(description), ROW_WITHIN_MS).toBe(1)
    }
  }

  describe.each(Object.entries(HOSTS))('runtimes %s', (where, hostOf) => {
    test('all tabs are one poll, and an entry in one stands in each, once', async () => {
      const crowd = await open(TABS, hostOf)
      await onePoll()
      await crowd.tabs()[1]?.enter(`Entered in the second tab, ${where}`)
      await stands(`Entered in the second tab, ${where}`, crowd.tabs())
      await oneLeader()
      const hosts = await Promise.all(crowd.tabs().map(async (tab) => (await tab.runtime())?.host))
      expect(hosts).toEqual(crowd.tabs().map((_, opened) => hostOf(opened)))
    })

    test('when the leader is closed another leads, and all hear', async () => {
      const crowd = await open(TABS, hostOf)
      await crowd.remove(await crowd.leader())
      await onePoll()
      await other.enter(randomUUID(), `After the leader was closed, ${where}`)
      await stands(`After the leader was closed, ${where}`, crowd.tabs())
    })

    test('a leader that leaves for another page is replaced, and hears again when it comes back', async () => {
      const crowd = await open(TABS, hostOf)
      const leader = await crowd.leader()
      const runtime = await leader.runtime()
      const led = server.open()[0]?.pollerId
      await leader.goto(`${server.url}/icon.svg`)
      // A SharedWorker is nobody's page and polls on.
      if (runtime?.host === 'tab') await soon(() => server.open()[0]?.pollerId, ROW_WITHIN_MS).not.toBe(led)
      await onePoll()
      await other.enter(randomUUID(), `While the leader was away, ${where}`)
      await stands(
        `While the leader was away, ${where}`,
        crowd.tabs().filter((tab) => tab !== leader),
      )
      await leader.back()
      await leader.show?.()
      await leader.live()
      await other.enter(randomUUID(), `After it came back, ${where}`)
      await stands(`While the leader was away, ${where}`, [leader])
      await stands(`After it came back, ${where}`, crowd.tabs())
      await onePoll()
    })

    test('the only tab is live again after a reload, without signing in', async () => {
      const [tab] = (await open(1, hostOf)).tabs()
      await tab?.reload()
      await tab?.live()
      await onePoll()
      await other.enter(randomUUID(), `After the reload, ${where}`)
      await stands(`After the reload, ${where}`, tab ? [tab] : [])
    })

    test('logout in one tab ends all of them and the poll', async () => {
      const crowd = await open(TABS, hostOf)
      const [first, second] = crowd.tabs()
      await second?.show?.()
      await second?.signOut()
      for (const tab of crowd.tabs()) await soon(() => tab.path()).toBe('/login')
      await soon(() => server.open().length).toBe(0)
      const before = server.polls().length
      await first?.reload()
      await soon(() => first?.path()).toBe('/login')
      expect(server.polls()).toHaveLength(before)
    })
  })

  describe.each(Object.entries(ALONE))('runtimes %s', (where, hostOf) => {
    test('what is entered while the server is gone outlives its tab, and is in the ledger once when it is back', async () => {
      const entered = `In a basement, ${where}`
      const owner = await createClient(server.url, 'owner@acme.test')
      const crowd = await open(2, hostOf)
      const [first, second] = crowd.tabs() as [CrowdTab, CrowdTab]
      await second.show?.()
      await server.process.stop('SIGKILL')
      await second.enter(entered)
      await soon(() => second.rows(entered)).toBe(1)
      await crowd.remove(second)
      await server.process.restart()
      await first.show?.()
      const inLedger = async () => {
        const reply = await owner.get('/api/finance/transactions?limit=50')
        const { rows } = (await reply.json()) as { rows: { description: string }[] }
        return rows.filter(({ description }) => description === entered).length
      }
      await soon(inLedger).toBe(1)
      await soon(() => first.rows(entered)).toBe(1)
      await first.reload()
      await first.live()
      // What the device kept is shown first.
      await soon(() => first.rows(entered)).toBe(1)
      expect(await inLedger()).toBe(1)
    })
  })

  // Either kind is leader and follower in it; the test command has one of each kind alone, in Chromium.
  test(
    `runtimes of both kinds: through a storm every tab stays live on one poll (seed ${SEED})`,
    async () => {
      const { figures, wrong, log } = await storm(engine, server, { ...STORM, hostOf: bothKinds })
      const told = JSON.stringify({ figures, log })
      expect(wrong, told).toEqual([])
      expect(figures.noPollerPercent, told).toBeLessThan(STORM_BOUNDS.noPollerPercent)
      expect(figures.worstGapMs, told).toBeLessThan(STORM_BOUNDS.worstGapMs)
      expect(figures.longestTwoMs, told).toBeLessThan(STORM_BOUNDS.longestTwoMs)
    },
    4 * LAUNCH_WITHIN_MS,
  )
}
