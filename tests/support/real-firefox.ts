import { firefox, type Page } from 'playwright-core'
import type { Engine, EngineTab } from './engine.ts'
import { findEngines } from './find-engines.ts'
import { spyOnRuntimes } from './runtime-spy.ts'

const DEADLINE_MS = 20_000
const BACK_MS = 20

/** The Firefox of the system, over WebDriver BiDi. Each tab is a window of its own, so all of them are in sight. */
export async function launchRealFirefox(): Promise<Engine> {
  const browser = await firefox.launch({ channel: 'moz-firefox', executablePath: findEngines().firefox })
  const context = await browser.newContext()
  context.setDefaultTimeout(DEADLINE_MS)
  await context.addInitScript(spyOnRuntimes)
  return {
    name: 'firefox',
    newTab: async () => tabOf(await context.newPage()),
    close: () => browser.close(),
  }
}

function tabOf(page: Page): EngineTab {
  return {
    async goto(url) {
      await page.goto(url)
    },
    evaluate: (fn, arg) => page.evaluate(fn as never, arg),
    async reload() {
      await page.reload()
    },
    // The driver's own way back never returns (measured).
    async back() {
      const left = page.waitForEvent('framenavigated')
      await page.evaluate((ms) => void setTimeout(() => history.back(), ms), BACK_MS)
      await left
    },
    close: () => page.close(),
  }
}
