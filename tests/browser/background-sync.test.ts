import type { Browser, BrowserContext, Page } from 'playwright-core'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { enter, launchBrowser, live, signIn } from '../support/browser.ts'
import { pathOf, startFaultyServer, type FaultyServer } from '../support/fault-proxy.ts'
import { signOut } from '../support/tabs.ts'

const TRANSACTIONS = '/api/finance/transactions'
/** Measured: 54 ms after the network is back. */
const SYNCED_WITHIN_MS = 3000

let server: FaultyServer
let browser: Browser
let context: BrowserContext
let page: Page
let before: number

beforeAll(async () => {
  server = await startFaultyServer()
  browser = await launchBrowser()
  return async () => {
    await browser.close()
    await server.dispose()
  }
})

beforeEach(async () => {
  context = await browser.newContext()
  page = await signIn(context, server.url, 'owner@acme.test')
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => null))
  before = writes().length
  return () => context.close()
})

const writes = () =>
  server.requests().filter(({ method, url }) => method === 'POST' && pathOf(url) === TRANSACTIONS)

/** The browser knows that the network is gone, and waits with its sync; the server is cut off from workers as well. */
async function enterOffline(description: string): Promise<void> {
  await context.setOffline(true)
  server.cut()
  await enter(page, { description })
  await page.getByText(description).first().waitFor()
  // Stays open and is none of ours: a browser without a page ends.
  await context.newPage()
}

async function networkIsBack(): Promise<void> {
  server.mend()
  await context.setOffline(false)
}

test('what was entered in a basement is sent by the service worker with no tab open, once', async () => {
  await enterOffline('Sent with no tab open')
  await page.close()
  await networkIsBack()
  await expect.poll(() => writes().length - before, { timeout: SYNCED_WITHIN_MS }).toBe(1)
  const again = await context.newPage()
  await again.goto(`${server.url}/finance`)
  await live(again)
  const row = again.locator('[data-testid=transaction-row]', { hasText: 'Sent with no tab open' })
  await row.and(again.locator('[data-state=settled]')).waitFor()
  expect(await row.count()).toBe(1)
  expect(writes().length - before).toBe(1)
})

test('after a logout nothing is sent without a tab, and it waits for who entered it', async () => {
  await enterOffline('Kept for its author')
  await signOut(page)
  await page.getByTestId('logout-keep').click()
  await page.getByTestId('login-email').waitFor()
  await page.close()
  await networkIsBack()
  await new Promise((resolve) => setTimeout(resolve, SYNCED_WITHIN_MS))
  expect(writes().length - before).toBe(0)
  const again = await signIn(context, server.url, 'owner@acme.test')
  await again
    .locator('[data-testid=transaction-row][data-state=settled]', { hasText: 'Kept for its author' })
    .waitFor()
  expect(writes().length - before).toBe(1)
})
