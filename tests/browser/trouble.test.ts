import type { Browser, BrowserContext, Page } from 'playwright-core'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { enter, launchBrowser, live, openTab, PASSWORD, rowOf, signIn } from '../support/browser.ts'
import { startServer, type ServerProcess } from '../support/server-process.ts'

let server: ServerProcess
let browser: Browser
let context: BrowserContext

beforeAll(async () => {
  server = await startServer()
  browser = await launchBrowser()
  return async () => {
    await browser.close()
    await server.dispose()
  }
})

beforeEach(async () => {
  context = await browser.newContext()
  return () => context.close()
})

const state = (page: Page) => page.getByTestId('status').getAttribute('data-state')
const kind = (page: Page) => page.getByTestId('banner').getAttribute('data-kind')

test('a server that is gone is told as offline; what is entered meanwhile is kept and sent when it is back', async () => {
  const page = await signIn(context, server.url, 'owner@acme.test')
  const other = await openTab(context, server.url)
  await server.stop('SIGKILL')
  await expect.poll(() => state(page)).toBe('offline')
  await expect.poll(() => kind(other)).toBe('offline')
  expect(await page.getByTestId('transaction-row').count(), 'what was loaded stays').toBeGreaterThan(5)

  await enter(page, { description: 'Entered while the server was away' })
  const row = rowOf(page, 'Entered while the server was away')
  await expect.poll(() => row.getAttribute('data-state')).toBe('pending')

  await server.restart()
  // Pressed if it is still there: the runtime tries by itself as well, and may be faster than the hand.
  await page.evaluate(() => document.querySelector<HTMLElement>('[data-testid=banner-retry]')?.click())
  await expect.poll(() => state(page)).toBe('live')
  await expect.poll(() => row.getAttribute('data-state')).toBe('settled')
  await rowOf(other, 'Entered while the server was away').waitFor()
  expect(await rowOf(other, 'Entered while the server was away').count()).toBe(1)
})

test('a session that is ended elsewhere is told once; signing in again in place keeps what was typed', async () => {
  const page = await signIn(context, server.url, 'manager@acme.test')
  await page.getByTestId('transaction-form').locator('[name=description]').fill('Half an entry')
  await endSessions('manager@acme.test')
  await expect.poll(() => state(page)).toBe('expired')
  await expect.poll(() => kind(page)).toBe('expired')
  expect(await page.getByTestId('transaction-row').count(), 'what was loaded stays').toBeGreaterThan(5)

  await page.getByTestId('banner-login').click()
  await page.getByTestId('login-password').fill(PASSWORD)
  await page.getByTestId('login-submit').click()
  await live(page)
  expect(await page.getByTestId('transaction-form').locator('[name=description]').inputValue()).toBe(
    'Half an entry',
  )
})

test('a wrong password is told at the form and nobody is let in', async () => {
  const page = await context.newPage()
  await page.goto(`${server.url}/finance`)
  await page.getByTestId('login-email').fill('owner@acme.test')
  await page.getByTestId('login-password').fill('guess')
  await page.getByTestId('login-submit').click()
  await page
    .getByTestId('login-error')
    .filter({ hasText: /password/i })
    .waitFor()
  expect(new URL(page.url()).pathname).toBe('/login')
})

test('staff see no way to approve, and the operations page is not theirs', async () => {
  const page = await signIn(context, server.url, 'staff1@acme.test')
  expect(await page.getByTestId('approve').count()).toBe(0)
  await page.goto(`${server.url}/ops`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  const asked = server.lines.filter((line) => line['path'] === '/finance/realtime/metrics')
  expect(asked).toEqual([])
})

/** Ends every session of a user, as another of their devices would. */
async function endSessions(email: string): Promise<void> {
  const headers = { 'Content-Type': 'application/json', 'Rt-Client': '1' }
  const login = await fetch(`${server.url}/auth/login`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ email, password: PASSWORD }),
  })
  const { sh, accessToken } = (await login.json()) as { sh: string; accessToken: string }
  const ended = await fetch(`${server.url}/auth/logout`, {
    method: 'POST',
    headers: { ...headers, Authorization: `Bearer ${accessToken}` },
    body: JSON.stringify({ sh, scope: 'all' }),
  })
  expect(ended.status).toBe(204)
}

test('a browser that names its language in a way of its own still shows ledger and figures', async () => {
  await context.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'language', { get: () => 'en-US@posix' })
  })
  const page = await signIn(context, server.url, 'owner@acme.test')
  await page.getByTestId('profit-loss-net').filter({ hasText: /\d/ }).waitFor()
  await page.getByRole('region', { name: 'Days as a table' }).waitFor()
  expect(await page.getByTestId('transaction-row').count()).toBeGreaterThan(5)
})
