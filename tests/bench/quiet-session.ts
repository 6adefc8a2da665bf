import { createCrowd } from '../support/crowd.ts'
import { createDraw } from '../support/draw.ts'
import { launchRealChromium } from '../support/real-chromium.ts'
import type { Exchange } from '../support/request-watch.ts'
import { onStage } from '../support/stage.ts'
import type { Host } from '../../worker/wire/port.ts'

const HOSTS = ['shared-worker', 'tab'] as const
const TABS = 2
/** Parts of the app that are fetched ahead, and what a page asks once it is loaded, come in this time. */
const SETTLE_MS = 10_000

/** What two tabs that nobody touches ask of the server, poll by poll and request by request; both hosts side by side. */
export async function quietSession({ minutes = 10 }: { minutes?: number }) {
  const rows = await Promise.all(HOSTS.map((host) => watch(host, minutes)))
  return { title: `Requests of ${TABS} idle tabs in ${minutes} minutes`, rows }
}

function watch(host: Host, minutes: number) {
  return onStage(launchRealChromium, async (engine, server) => {
    const crowd = createCrowd(engine, {
      url: server.url,
      email: 'owner@acme.test',
      draw: createDraw(1),
      hostOf: () => host,
    })
    while (crowd.tabs().length < TABS) await crowd.open()
    await crowd.look()
    await sleep(SETTLE_MS)
    const before = server.requests().length
    await sleep(60_000 * minutes)
    const asked = server.requests().slice(before).map(nameOf)
    const polls = asked.filter((name) => name === 'GET /realtime/subscribe').length
    const refreshes = asked.filter((name) => name === 'POST /auth/refresh').length
    const others = asked.filter((name) => name !== 'GET /realtime/subscribe' && name !== 'POST /auth/refresh')
    return { host, polls, refreshes, others: others.length, 'which others': [...new Set(others)].join(', ') }
  })
}

const nameOf = ({ method, url }: Exchange) => `${method} ${new URL(url, 'http://server').pathname}`
const sleep = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms))
