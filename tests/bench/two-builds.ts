import { randomUUID } from 'node:crypto'
import type { Host } from '../../worker/wire/port.ts'
import { createCrowd } from '../support/crowd.ts'
import { startDeployment, type Deployment } from '../support/deployment.ts'
import { createDraw } from '../support/draw.ts'
import { createClient } from '../support/http-client.ts'
import { pollFigures } from '../support/poll-figures.ts'
import { launchRealChromium } from '../support/real-chromium.ts'
import { onStage } from '../support/stage.ts'

const HOSTS = ['shared-worker', 'tab'] as const
const TABS_OF_EACH = 2
const NEXT_BUILD = 'the-next-build'
/** After the last tab was opened: whoever takes turns has to do it in this time to be seen. */
const WATCH_MS = 20_000
const ROW_WITHIN_MS = 10_000
const LOOK_MS = 50

/** Tabs of two builds in one session after a deploy: how many poll, whether all are live, whether all hear. */
export async function twoBuilds() {
  const rows: Record<string, string | number>[] = []
  for (const host of HOSTS) rows.push(await watch(host))
  return { title: `Two builds open, ${TABS_OF_EACH} tabs of each`, rows }
}

async function watch(host: Host) {
  let deploy: Deployment['deploy'] = () => Promise.resolve()
  const start = async () => {
    const deployment = await startDeployment()
    deploy = deployment.deploy
    return deployment
  }
  return onStage(
    launchRealChromium,
    async (engine, server) => {
      const draw = createDraw(1)
      const crowd = createCrowd(engine, {
        url: server.url,
        email: 'owner@acme.test',
        draw,
        hostOf: () => host,
      })
      while (crowd.tabs().length < TABS_OF_EACH) await crowd.open()
      await deploy(NEXT_BUILD)
      for (const tab of crowd.tabs()) await tab.live()
      // The service worker serves the build it knows until a person agrees to the next one; who reloads past it has it now.
      engine.bypassServiceWorkers()
      const from = Date.now()
      while (crowd.tabs().length < 2 * TABS_OF_EACH) await crowd.open()
      await sleep(WATCH_MS)
      const figures = pollFigures(server.polls(), from, Date.now())

      const other = await createClient(server.url, 'manager@acme.test')
      await other.enter(randomUUID(), 'Told to both builds')
      const builds: (string | undefined)[] = []
      const leading = new Set<string>()
      let live = 0
      let told = 0
      for (const tab of crowd.tabs()) {
        await tab.show?.()
        const giveUpAt = Date.now() + ROW_WITHIN_MS
        while ((await tab.rows('Told to both builds')) === 0 && Date.now() < giveUpAt) await sleep(LOOK_MS)
        if ((await tab.rows('Told to both builds')) === 1) told += 1
        if ((await tab.phase()) === 'live') live += 1
        const spied = await tab.runtime()
        builds.push(spied?.build)
        if (spied?.role === 'leader') leading.add(spied.build)
      }
      return {
        host,
        'tabs of the next build': builds.filter((build) => build === NEXT_BUILD).length,
        'it leads': leading.has(NEXT_BUILD) && leading.size === 1 ? 'yes' : 'no',
        'polls open': server.open().length,
        'no poller %': figures.noPollerPercent,
        'worst gap ms': figures.worstGapMs,
        'longest two ms': figures.longestTwoMs,
        'tabs live': live,
        'tabs told once': told,
      }
    },
    start,
  )
}

const sleep = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms))
