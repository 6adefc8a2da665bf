import { chromium, type CDPSession, type Page } from 'playwright-core'
import type { Engine, EngineTab } from './engine.ts'
import { findChromium } from './find-chromium.ts'
import { spyOnRuntimes } from './runtime-spy.ts'
import { spawnGroup, tempHome, waitForLine } from './spawned.ts'

/** Everything a test does not wait for by itself. */
const DEADLINE_MS = 20_000

export interface RealChromium extends Engine {
  /** Tabs opened from now on load every page from the server. */
  bypassServiceWorkers(): void
}

/**
 * Chromium as people run it. A driver that launches it switches the back/forward cache and the throttling of hidden tabs
 * off and makes every page believe that it is looked at; so it is started by hand, and the driver only attaches.
 */
export async function launchRealChromium(): Promise<RealChromium> {
  const { executablePath } = await findChromium()
  const home = tempHome()
  const args = ['--headless', '--no-sandbox', '--remote-debugging-port=0', `--user-data-dir=${home}`]
  args.push(
    '--window-size=1440,900',
    '--no-first-run',
    '--disable-component-update',
    '--disable-sync',
    '--disable-dev-shm-usage',
  )
  const spawned = spawnGroup(executablePath, [...args, 'about:blank'], { home })
  const endpoint = await waitForLine(spawned, 2, /DevTools listening on (ws:\S+)/)
  // Nobody reads it, and a full pipe would stop the browser.
  spawned.child.stdout?.resume()
  const browser = await chromium.connectOverCDP(endpoint, { noDefaults: true })
  const [context] = browser.contexts()
  if (!context) throw new Error('The browser has no profile.')
  context.setDefaultTimeout(DEADLINE_MS)
  await context.addInitScript(spyOnRuntimes)
  let bypass = false

  return {
    name: 'chromium',
    bypassServiceWorkers() {
      bypass = true
    },
    async newTab() {
      const page = await context.newPage()
      const cdp = await context.newCDPSession(page)
      await cdp.send('Network.enable')
      await cdp.send('Network.setBypassServiceWorker', { bypass })
      return tabOf(page, cdp)
    },
    async close() {
      await browser.close()
      await spawned.stop()
    },
  }
}

function tabOf(page: Page, cdp: CDPSession): EngineTab {
  async function become(state: 'frozen' | 'active'): Promise<void> {
    await cdp.send('Page.setWebLifecycleState', { state })
  }
  return {
    async goto(url) {
      await page.goto(url)
    },
    evaluate: (fn, arg) => page.evaluate(fn as never, arg),
    async reload() {
      await page.reload()
    },
    // A restored page does not load: there is no such event to wait for.
    async back() {
      await page.goBack({ waitUntil: 'commit' })
    },
    close: () => page.close(),
    show: () => page.bringToFront(),
    async crash() {
      const crashed = page.waitForEvent('crash')
      // It dies before it can answer.
      cdp.send('Page.crash').catch(() => {})
      await crashed
    },
    freeze: () => become('frozen'),
    thaw: () => become('active'),
  }
}
