import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { enter, launchBrowser, live, openTab, rowOf, signIn } from '../support/browser.ts'
import { startServer, type ServerProcess } from '../support/server-process.ts'
import { createObserver } from '../support/waiters-at-server.ts'

const TABS = 5
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

afterAll(() => {
  const withoutToken = server.lines.filter((line) => line.code === 'auth_missing')
  expect(withoutToken, 'a request went out without a token').toEqual([])
})

async function openTabs(email: string, count: number): Promise<Page[]> {
  const tabs = [await signIn(context, server.url, email)]
  while (tabs.length < count) tabs.push(await openTab(context, server.url))
  return tabs
}

test('five tabs of one session are one waiter at the server', async () => {
  await openTabs('owner@acme.test', TABS)
  const observer = await createObserver(server, 'owner@globex.test')
  await expect.poll(() => observer.waiters().then((waiters) => waiters.total)).toBe(1)
  const { sessions, pollersPerSession } = await observer.waiters()
  expect({ sessions, pollersPerSession }).toEqual({
    sessions: 1,
    pollersPerSession: { '1': 1, '2': 0, '3+': 0 },
  })
})

test('an entry in one tab stands in every tab, once', async () => {
  const tabs = await openTabs('owner@acme.test', TABS)
  await enter(tabs[0]!, { description: 'Boiler inspection, five tabs' })
  for (const tab of tabs) await rowOf(tab, 'Boiler inspection, five tabs').waitFor()
  for (const tab of tabs) expect(await rowOf(tab, 'Boiler inspection, five tabs').count()).toBe(1)
  await expect
    .poll(() => rowOf(tabs[0]!, 'Boiler inspection, five tabs').getAttribute('data-state'))
    .toBe('settled')
})

test('another user of the organisation sees the entry, and its approval comes back', async () => {
  const owner = await signIn(context, server.url, 'owner@acme.test')
  const other = await browser.newContext()
  const manager = await signIn(other, server.url, 'manager@acme.test')
  await enter(manager, { description: 'Linen for the second floor' })
  await rowOf(owner, 'Linen for the second floor').click()
  await owner.keyboard.press('a')
  await expect.poll(() => rowOf(manager, 'Linen for the second floor').textContent()).toContain('Approved')
  await other.close()
})

test("a property-limited user neither sees nor receives another property's event", async () => {
  const owner = await signIn(context, server.url, 'owner@acme.test')
  const other = await browser.newContext()
  const staff = await signIn(other, server.url, 'staff1@acme.test')
  const staffProperty = await staff.getByTestId('transaction-form').locator('[name=propertyId]').inputValue()
  const form = owner.getByTestId('transaction-form')
  const elsewhere = await form
    .locator('[name=propertyId] option')
    .evaluateAll(
      (options, own) =>
        options.map((option) => (option as HTMLOptionElement).value).find((value) => value && value !== own),
      staffProperty,
    )

  await form.locator('[name=propertyId]').selectOption(elsewhere!)
  await enter(owner, { description: 'Not for staff one' })
  await form.locator('[name=propertyId]').selectOption(staffProperty)
  await enter(owner, { description: 'For staff one' })

  // The second event is behind the first in the feed: once it is here, the first would have been.
  await rowOf(staff, 'For staff one').waitFor()
  expect(await rowOf(staff, 'Not for staff one').count()).toBe(0)
  await staff.getByTestId('status').click()
  await staff.getByTestId('inspector-toggle').click()
  const received = staff
    .locator('dt', { hasText: 'Events received' })
    .locator('xpath=following-sibling::dd[1]')
  await expect.poll(() => received.textContent(), { message: 'told of the other' }).toBe('1')
  await other.close()
})

test('a reload of the only tab comes back signed in, live and with one waiter', async () => {
  const [tab] = await openTabs('manager@acme.test', 1)
  await tab!.reload()
  await live(tab!)
  const observer = await createObserver(server, 'owner@globex.test')
  await expect.poll(() => observer.waiters().then((waiters) => waiters.total)).toBe(1)
  await enter(tab!, { description: 'After the reload' })
  await expect.poll(() => rowOf(tab!, 'After the reload').getAttribute('data-state')).toBe('settled')
})

test('logout in one tab ends all of them and the poll', async () => {
  const tabs = await openTabs('owner@acme.test', TABS)
  const observer = await createObserver(server, 'owner@globex.test')
  await tabs[2]!.getByTestId('status').waitFor()
  await signOut(tabs[2]!)
  for (const tab of tabs) await tab.waitForURL(/\/login/)
  await expect.poll(() => observer.waiters().then((waiters) => waiters.total)).toBe(0)

  const seen = server.lines.length
  await tabs[0]!.reload()
  await tabs[0]!.getByTestId('login-email').waitFor()
  const polls = server.lines.slice(seen).filter((line) => line.msg.startsWith('[RealtimeSubscribe]'))
  expect(polls).toEqual([])
})

async function signOut(page: Page): Promise<void> {
  const logout = page.getByTestId('logout')
  if (!(await logout.isVisible())) await page.getByTestId('person-menu').click()
  await logout.click()
}
