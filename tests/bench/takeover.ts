import { createCrowd } from '../support/crowd.ts'
import { createDraw } from '../support/draw.ts'
import type { Engine } from '../support/engine.ts'
import { launchRealChromium } from '../support/real-chromium.ts'
import type { Poll } from '../support/request-watch.ts'
import { onStage } from '../support/stage.ts'
import type { WatchedServer } from '../support/watched-server.ts'
import type { Host } from '../../worker/wire/port.ts'
import { quantile } from './quantile.ts'

const HOSTS = ['shared-worker', 'tab'] as const
const TABS = 3
const WITHIN_MS = 20_000
const LOOK_MS = 20
/** A poll that has been open this long is held, and nobody is about to hand over. */
const CALM_MS = 400

/** How long a session is without a poll when its owner dies, and how long a poll outlives the last tab. */
export async function takeover({ crashes = 30, closes = 10 }: { crashes?: number; closes?: number }) {
  const rows: Record<string, string | number>[] = []
  for (const host of HOSTS) {
    const row = (what: string, samples: readonly number[]) =>
      rows.push({
        host,
        what,
        n: samples.length,
        'p50 ms': quantile(samples, 0.5),
        'p95 ms': quantile(samples, 0.95),
        'max ms': quantile(samples, 1),
      })
    const crashed = await onStage(launchRealChromium, (engine, server) =>
      crashOwners(engine, server, host, crashes),
    )
    const over = crashed.map(({ at, overAt }) => overAt - at)
    row('crash ordered → its poll over at the server', over)
    row(
      'its poll over → next poll at the server',
      crashed.map(({ overAt, nextAt }) => nextAt - overAt),
    )
    row(
      'crash ordered → next poll at the server',
      crashed.map(({ at, nextAt }) => nextAt - at),
    )
    const closed = await onStage(launchRealChromium, (engine, server) =>
      closeLastTabs(engine, server, host, closes),
    )
    row('last tab closed → its poll over at the server', closed)
  }
  return { title: 'Takeover, counted at the server', rows }
}

const crowdOf = (engine: Engine, server: WatchedServer, host: Host) =>
  createCrowd(engine, {
    url: server.url,
    email: 'owner@acme.test',
    draw: createDraw(1),
    hostOf: () => host,
  })

/** A tab that turns out not to have held the worker gives no sample: the poll goes on, and so does the person. */
async function crashOwners(engine: Engine, server: WatchedServer, host: Host, wanted: number) {
  const crowd = crowdOf(engine, server, host)
  const samples: { at: number; overAt: number; nextAt: number }[] = []
  for (let tries = 0; samples.length < wanted && tries < 2 * wanted; tries += 1) {
    while (crowd.tabs().length < TABS) await crowd.open()
    await calm(server)
    await crowd.lookAwayFrom(await crowd.leader())
    // Where each tab hosts its own, whoever is looked at may lead now.
    const { pollerId } = await calm(server)
    const owner = await crowd.leader()
    const at = Date.now()
    await owner.crash?.()
    const overAt = await within(
      CALM_MS,
      () => server.polls().findLast((poll) => poll.pollerId === pollerId)?.to,
    )
    if (overAt !== null) {
      const next = await within(WITHIN_MS, () =>
        server.polls().find((poll) => poll.from >= at && poll.pollerId !== pollerId),
      )
      samples.push({ at, overAt, nextAt: next?.from ?? at + WITHIN_MS })
    }
    await crowd.remove(owner)
    await crowd.look()
  }
  return samples
}

async function closeLastTabs(engine: Engine, server: WatchedServer, host: Host, wanted: number) {
  const crowd = crowdOf(engine, server, host)
  const samples: number[] = []
  while (samples.length < wanted) {
    const tab = await crowd.open()
    await calm(server)
    const at = Date.now()
    await crowd.remove(tab)
    const last = await within(WITHIN_MS, () => {
      const polls = server.polls().filter((poll) => poll.to === null || poll.to >= at)
      return polls.every((poll) => poll.to !== null) && Math.max(at, ...polls.map((poll) => poll.to ?? at))
    })
    samples.push((last || at + WITHIN_MS) - at)
  }
  return samples
}

/** Waits until one poll is held in peace, and gives it. */
async function calm(server: WatchedServer): Promise<Poll> {
  const held = await within(WITHIN_MS, () => {
    const [poll, ...more] = server.open()
    return more.length === 0 && poll && Date.now() - poll.from > CALM_MS && poll
  })
  if (!held) throw new Error('No poll was held.')
  return held
}

/** What `look` finds, or null when it found nothing in time. */
async function within<T>(ms: number, look: () => T | false | null | undefined): Promise<T | null> {
  const giveUpAt = Date.now() + ms
  while (Date.now() < giveUpAt) {
    const found = look()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  return null
}
