import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { violations } from '../support/axe.ts'
import { openTab, signIn } from '../support/browser.ts'
import { evening } from '../support/evening.ts'
import { startFaultyServer, type FaultyServer } from '../support/fault-proxy.ts'
import { findChromium } from '../support/find-chromium.ts'

const DAY_MS = 86_400_000
const LOOKS = [
  { colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
] as const

let server: FaultyServer
let profile: string
let context: BrowserContext

beforeAll(async () => {
  server = await startFaultyServer()
  return () => server.dispose()
})

beforeEach(() => {
  profile = mkdtempSync(join(tmpdir(), 'standpipe-profile-'))
})

afterEach(async () => {
  await context.close()
  server.mend()
  rmSync(profile, { recursive: true, force: true })
})

async function start(): Promise<void> {
  const { executablePath } = await findChromium()
  context = await chromium.launchPersistentContext(profile, { executablePath, reducedMotion: 'reduce' })
}

async function yesterday(): Promise<void> {
  await start()
  await evening(context, server.url)
  server.cut()
}

async function open(path: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(server.url + path)
  await page.locator('[data-testid=status][data-state=offline]').waitFor()
  return page
}

/** What is shown once, in both themes, wide and on a phone. */
async function looksWell(page: Page, name: string): Promise<void> {
  for (const { colorScheme, viewport } of LOOKS) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize(viewport)
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}-${colorScheme}.png` })
    expect(await violations(page), `${name}, ${colorScheme}`).toEqual([])
  }
}

describe('a browser that is started the next day, without a network', () => {
  test('shows the figures of yesterday and says that they are', async () => {
    await yesterday()
    await start()
    const page = await context.newPage()
    await page.clock.setFixedTime(Date.now() + DAY_MS)
    await page.goto(`${server.url}/finance`)
    await page.getByTestId('transaction-row').first().waitFor()
    await page.getByTestId('data-age').filter({ hasText: 'As of yesterday' }).waitFor()
    const said = await page.getByTestId('figures-of').allTextContents()
    expect(said).toEqual(Array(2).fill(expect.stringMatching(/^Figures of yesterday \d.*\. Offline\.$/)))
    expect(await page.getByTestId('profit-loss-net').textContent()).toMatch(/\d/)
    expect(await page.getByTestId('today-pending-count').textContent()).toMatch(/^\d+$/)
    await looksWell(page, 'offline-finance')
    await page.goto(`${server.url}/tasks`)
    await page.locator('[data-task-tick]').first().waitFor()
    await page.getByTestId('data-age').filter({ hasText: 'As of yesterday' }).waitFor()
    await looksWell(page, 'offline-tasks')
  })

  test('says in a sentence what was never read here, and is no blank page', async () => {
    await yesterday()
    await start()
    const elsewhere = await context.newPage()
    await elsewhere.goto(`${server.url}/icon.svg`)
    await elsewhere.evaluate(
      () =>
        new Promise<void>((resolve, reject) => {
          const gone = indexedDB.deleteDatabase('standpipe-cache')
          gone.addEventListener('success', () => resolve())
          gone.addEventListener('error', () => reject(new Error('It is still there.')))
        }),
    )
    const page = await open('/finance')
    await page.getByText('The ledger has not been read on this device yet.').waitFor()
    for (const what of ['Today’s figures are', 'The last days are', 'What waits is'])
      await page.getByText(`${what} read once you are online.`).waitFor()
    expect(await page.locator('[aria-busy=true]').count(), 'nothing pretends to be loading').toBe(0)
    await looksWell(page, 'offline-nothing-kept')
    await page.goto(`${server.url}/tasks`)
    await page.getByText('Tasks have not been read on this device yet.').waitFor()
  })

  test('says that the server cannot be reached to who is not logged in', async () => {
    await start()
    const first = await context.newPage()
    await first.goto(`${server.url}/login`)
    await first.evaluate(() => navigator.serviceWorker.ready.then(() => null))
    await context.close()
    server.cut()
    await start()
    const page = await context.newPage()
    await page.goto(`${server.url}/finance`)
    await page.getByTestId('login-email').fill('owner@acme.test')
    await page.getByTestId('login-password').fill('standpipe-demo')
    await page.getByTestId('login-submit').click()
    await page.getByTestId('login-error').filter({ hasText: 'The server cannot be reached.' }).waitFor()
    await looksWell(page, 'offline-login')
  })
})

describe('the service worker', () => {
  test('answers pages and files of the app, and neither what is gone nor what belongs to the server', async () => {
    await start()
    const first = await signIn(context, server.url, 'owner@acme.test')
    await first.evaluate(() => navigator.serviceWorker.ready.then(() => null))
    await first.close()
    const page = await openTab(context, server.url)
    expect(await page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)

    const shell = await page.reload()
    expect([shell?.status(), shell?.fromServiceWorker()]).toEqual([200, true])
    for (const path of ['/assets/main-gone.js', '/api/finance/transactions', '/finance/events/subscribe']) {
      const answer = await page.goto(server.url + path)
      expect([path, answer?.fromServiceWorker()]).toEqual([path, false])
      expect(answer?.status(), path).toBeGreaterThanOrEqual(400)
      expect(answer?.headers()['content-type'], path).not.toContain('text/html')
    }

    await page.goto(`${server.url}/finance`)
    for (const [method, path] of [
      ['GET', '/api/finance/transactions'],
      ['POST', '/api/finance/transactions'],
      ['GET', '/realtime/subscribe?p=x'],
      ['POST', '/auth/refresh'],
    ] as const) {
      const answered = page.waitForResponse((response) => response.url().endsWith(path))
      await page.evaluate(({ method, path }) => void fetch(path, { method }), { method, path })
      expect([method, path, (await answered).fromServiceWorker()]).toEqual([method, path, false])
    }

    server.cut()
    const gone = await page.evaluate(() =>
      fetch('/assets/main-gone.js').then(
        (answer) => answer.headers.get('content-type'),
        () => 'no answer',
      ),
    )
    expect(gone).toBe('no answer')
  })
})
