import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { KEEP_AFTER_MS } from '../../app/pwa/kept-cache.ts'
import { enter, live, openTab, rowOf, signIn } from '../support/browser.ts'
import { pathOf, startFaultyServer, type FaultyServer } from '../support/fault-proxy.ts'
import { findChromium } from '../support/find-chromium.ts'

let server: FaultyServer
let profile: string

beforeAll(async () => {
  server = await startFaultyServer()
  profile = mkdtempSync(join(tmpdir(), 'standpipe-profile-'))
  return async () => {
    await server.dispose()
    rmSync(profile, { recursive: true, force: true })
  }
})

async function launch(): Promise<BrowserContext> {
  const { executablePath } = await findChromium()
  return chromium.launchPersistentContext(profile, { executablePath })
}

/** As when the battery is empty: the browser's own process and all of its children, without a word. */
async function kill(context: BrowserContext): Promise<void> {
  const devtools = await context.browser()!.newBrowserCDPSession()
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo')
  const gone = new Promise((resolve) => context.once('close', resolve))
  const own = processInfo.find(({ type }) => type === 'browser')
  if (!own) throw new Error('The browser did not say which process it is.')
  process.kill(own.id, 'SIGKILL')
  await gone
}

const writes = () =>
  server
    .requests()
    .filter(({ method, url }) => method === 'POST' && pathOf(url) === '/api/finance/transactions')

test('a browser that was killed starts without a network with what was read and entered, and sends it once', async () => {
  const evening = await launch()
  await signIn(evening, server.url, 'owner@acme.test')
  // Cookies are written half a minute after they were set (measured), or when the browser is closed.
  await evening.close()

  const first = await launch()
  const page = await openTab(first, server.url)
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => null))
  server.cut()
  await enter(page, { description: 'Before the battery died' })
  await rowOf(page, 'Before the battery died').waitFor()
  // What was read is written a while after, and what was entered at once.
  await page.waitForTimeout(KEEP_AFTER_MS + 500)
  await kill(first)

  const second = await launch()
  const again = await second.newPage()
  await again.goto(`${server.url}/finance`)
  await rowOf(again, 'Before the battery died').and(again.locator('[data-state=pending]')).waitFor()
  await again.locator('[data-testid=status][data-state=offline]').waitFor()
  expect(await again.getByTestId('transaction-row').count(), 'what was read before').toBeGreaterThan(5)
  await again.getByText(/^As of /).waitFor()
  expect(writes()).toHaveLength(0)

  server.mend()
  await again.getByTestId('banner-retry').click()
  await live(again)
  await rowOf(again, 'Before the battery died').and(again.locator('[data-state=settled]')).waitFor()
  expect(writes()).toHaveLength(1)
  await second.close()
})
