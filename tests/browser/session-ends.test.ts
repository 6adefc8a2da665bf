import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { enter, launchBrowser, live, PASSWORD, rowOf } from '../support/browser.ts'
import { endFromElsewhere } from '../support/devices.ts'
import { pathOf, startFaultyServer, type FaultyServer } from '../support/fault-proxy.ts'
import { HOSTS, newProfile, openTabs, showsBanner, signInAgain, signOut } from '../support/tabs.ts'
import { createWornTokens, type WornTokens } from '../support/worn-tokens.ts'

let server: FaultyServer
let browser: Browser
let context: BrowserContext
let tokens: WornTokens

beforeAll(async () => {
  server = await startFaultyServer()
  tokens = createWornTokens(server)
  browser = await launchBrowser()
  return async () => {
    await browser.close()
    await server.dispose()
  }
})

afterEach(() => context.close())

/** What pages and runtimes asked, without the files of the app. */
const asked = () =>
  server.requests().filter(({ url }) => /^\/(auth|api|realtime|finance\/realtime)\//.test(pathOf(url)))
const named = (path: string) => asked().filter(({ url }) => pathOf(url) === path)
const description = (page: Page) => page.getByTestId('transaction-form').locator('[name=description]')

/** What can be read in it, by whatever means. */
const textOf = (page: Page) => page.evaluate(() => document.body.textContent)

async function atLogin(tabs: readonly Page[]): Promise<void> {
  for (const tab of tabs) await tab.getByTestId('login-email').waitFor()
}

async function noCookie(): Promise<void> {
  await expect
    .poll(() => context.cookies().then((all) => all.map(({ name }) => name)))
    .not.toContain('__Host-rt')
}

/** Nobody is signed in, whatever a late answer said. */
async function staysAtLogin(page: Page): Promise<void> {
  const before = asked().length
  await page.reload()
  await atLogin([page])
  // A logout is said again where the page was loaded anew before its answer came.
  const others = asked()
    .slice(before)
    .filter(({ url }) => url !== '/auth/logout')
  expect(others, 'somebody is signed in').toEqual([])
  await noCookie()
}

async function signInAs(page: Page, email: string): Promise<void> {
  await page.getByTestId('login-email').fill(email)
  await page.getByTestId('login-password').fill(PASSWORD)
  await page.getByTestId('login-submit').click()
  await live(page)
}

test('a session ended from another device is red in all tabs; after one login in place all go on where they were', async () => {
  context = await newProfile(browser, 'shared-worker')
  const tabs = await openTabs(context, server.url, { email: 'manager@acme.test', count: 3 })
  const [first, second, third] = tabs as [Page, Page, Page]
  await description(second).fill('Half an entry')
  await endFromElsewhere(server.url, 'manager@acme.test')
  for (const tab of tabs) await showsBanner(tab, 'expired')
  expect(await first.getByTestId('transaction-row').count(), 'what was loaded stays').toBeGreaterThan(5)

  const before = asked().length
  await enter(first, { description: 'Entered under the red banner' })
  const row = rowOf(first, 'Entered under the red banner')
  await row.and(first.locator('[data-state=pending]')).waitFor()
  await third.getByTestId('banner-login').click()
  await third.getByTestId('login-password').fill('Half a passw')
  expect(asked().slice(before), 'something was sent').toEqual([])

  await signInAgain(second)
  for (const tab of tabs) await live(tab)
  expect(await description(second).inputValue()).toBe('Half an entry')
  await third.getByRole('dialog').waitFor({ state: 'detached' })
  await row.and(first.locator('[data-state=settled]')).waitFor()
})

test('whoever logs in at the red banner of somebody else finds and sends nothing of theirs', async () => {
  context = await newProfile(browser, 'shared-worker')
  const tabs = await openTabs(context, server.url, { email: 'staff2@acme.test', count: 2 })
  await description(tabs[1]!).fill('Not for other eyes')
  await endFromElsewhere(server.url, 'staff2@acme.test')
  for (const tab of tabs) await showsBanner(tab, 'expired')
  await enter(tabs[0]!, { description: 'Never sent by anybody' })
  await rowOf(tabs[0]!, 'Never sent by anybody').waitFor()

  const before = asked().length
  await tabs[0]!.getByTestId('banner-login').click()
  await signInAs(tabs[0]!, 'owner@globex.test')
  for (const tab of tabs) {
    await live(tab)
    await tab.getByText('Globex', { exact: false }).first().waitFor()
    expect(await textOf(tab)).not.toMatch(/Acme|Never sent by anybody/)
    expect(await description(tab).inputValue()).toBe('')
  }
  const sent = asked()
    .slice(before)
    .map(({ method, url }) => `${method} ${pathOf(url)}`)
  expect(sent).not.toContain('POST /api/finance/transactions')
})

describe.each(HOSTS)('after a logout in one of several tabs (%s)', (host) => {
  test('all are at the login, nothing is asked any more and nothing of the person is left', async () => {
    context = await newProfile(browser, host)
    const tabs = await openTabs(context, server.url, { email: 'staff1@acme.test', count: 3 })
    await description(tabs[2]!).fill('Half an entry of mine')
    await signOut(tabs[1]!)
    await atLogin(tabs)
    await staysAtLogin(tabs[0]!)
    const [out] = named('/auth/logout').slice(-1)
    expect(asked().filter(({ from }) => from > out!.from)).toEqual([])
    for (const tab of tabs) {
      expect(await textOf(tab)).not.toMatch(/Acme|\$/)
      expect(await tab.evaluate(() => JSON.stringify(sessionStorage))).not.toContain('Half an entry')
    }
  })

  // Of the one the server has heard before the logout, of the other after it.
  const how = host === 'tab' ? 'hold-request' : 'hold-reply'
  test(`a refresh that was under way brings nobody back, and the next person stays who they are (${how})`, async () => {
    context = await newProfile(browser, host)
    const tabs = await openTabs(context, server.url, { email: 'owner@acme.test', count: 2 })
    const late = server.fault('/auth/refresh', { do: how }, 1)
    tokens.wear()
    await enter(tabs[0]!, { description: 'Waits for a token' })
    await expect.poll(() => late.met.length).toBe(1)
    if (how === 'hold-reply') await expect.poll(() => late.served()).toBe(1)
    await signOutAnyway(tabs[1]!)
    await atLogin(tabs)
    if (how === 'hold-request') await staysAtLogin(tabs[1]!)

    await signInAs(tabs[0]!, 'owner@globex.test')
    const cookie = await context.cookies()
    late.release()
    await expect.poll(() => late.served()).toBe(1)
    expect(await context.cookies(), 'the late answer left its cookie').toEqual(cookie)
    tokens.wear()
    await enter(tabs[0]!, { description: `By the next person, ${host}, ${how}` })
    const row = rowOf(tabs[0]!, `By the next person, ${host}, ${how}`)
    await row.and(tabs[0]!.locator('[data-state=settled]')).waitFor()
    expect(await textOf(tabs[0]!)).not.toMatch(/Acme|Waits for a token/)
    await tabs[0]!.reload()
    await live(tabs[0]!)
    await tabs[0]!.getByText('Globex', { exact: false }).first().waitFor()
  })
})

test('a logout that the server could not be told of stands, and is told before anything else is asked', async () => {
  context = await newProfile(browser, 'shared-worker')
  const [page] = await openTabs(context, server.url, { email: 'manager@globex.test', count: 1 })
  server.cut()
  await signOut(page!)
  await atLogin([page!])
  const before = asked().length
  server.mend()
  await page!.reload()
  await expect
    .poll(
      () =>
        asked()
          .slice(before)
          .map(({ url }) => url),
      { timeout: 10_000 },
    )
    .toEqual(['/auth/logout'])
  await atLogin([page!])
  await noCookie()
})

/** What has not reached the server stays on the device, out of sight. */
async function signOutAnyway(page: Page): Promise<void> {
  await signOut(page)
  const keep = page.getByTestId('logout-keep')
  await keep.or(page.getByTestId('login-email')).first().waitFor()
  if (await keep.isVisible()) await keep.click()
}
