import type { Browser, BrowserContextOptions } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { violations } from '../support/axe.ts'
import { launchBrowser, rowOf, enter, signIn } from '../support/browser.ts'
import { startServer, type ServerProcess } from '../support/server-process.ts'

let server: ServerProcess
let browser: Browser

beforeAll(async () => {
  server = await startServer()
  browser = await launchBrowser()
  return async () => {
    await browser.close()
    await server.dispose()
  }
})

const WIDE = { viewport: { width: 1440, height: 900 } }
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

const LOOKS: [string, BrowserContextOptions][] = [
  ['wide and light', { ...WIDE, colorScheme: 'light' }],
  ['wide and dark', { ...WIDE, colorScheme: 'dark' }],
  ['on a phone, light', { ...PHONE, colorScheme: 'light' }],
  ['on a phone, dark', { ...PHONE, colorScheme: 'dark' }],
]

describe.each(LOOKS)('axe finds nothing, %s', (_, options) => {
  test('on any page', async () => {
    const context = await browser.newContext({ ...options, reducedMotion: 'reduce' })
    const login = await context.newPage()
    await login.goto(`${server.url}/login`)
    await login.getByTestId('login-email').waitFor()
    expect(await violations(login), 'login').toEqual([])
    await login.getByTestId('login-email').fill('owner@acme.test')
    await login.getByTestId('login-password').fill('not the password')
    await login.getByTestId('login-submit').click()
    await login.getByTestId('login-error').filter({ hasText: /\w/ }).waitFor()
    expect(await violations(login), 'login refused').toEqual([])
    await login.close()

    const page = await signIn(context, server.url, 'owner@acme.test')
    expect(await violations(page), 'finance').toEqual([])
    await page.getByTestId('transaction-row').nth(1).click()
    await page.getByRole('button', { name: 'Approve' }).first().waitFor()
    expect(await violations(page), 'finance with an open entry').toEqual([])

    for (const path of ['/tasks', '/outbox', '/ops']) {
      await page.goto(server.url + path)
      await page.locator('[data-testid=status][data-state=live]').waitFor()
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null)
      expect(await violations(page), path).toEqual([])
    }
    await page.getByTestId('status').click()
    await page.getByTestId('inspector-toggle').click()
    await page.getByTestId('inspector-host').waitFor()
    expect(await violations(page), 'inspector').toEqual([])
    await context.close()
  })
})

test('a day can be worked by keyboard alone', async () => {
  const context = await browser.newContext(WIDE)
  const page = await signIn(context, server.url, 'manager@acme.test')
  await page.keyboard.press('n')
  await page.keyboard.type('84.20')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Entered by keyboard')
  await page.keyboard.press('Enter')
  const row = rowOf(page, 'Entered by keyboard')
  await expect.poll(() => row.getAttribute('data-state')).toBe('settled')
  // The hand stays at the amount for the next one.
  expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('amount')
  await page.keyboard.press('Escape')
  expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true)
  await row.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Edit' }).waitFor()
  await page.keyboard.press('a')
  await expect.poll(() => row.textContent()).toContain('Approved')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Edit' }).waitFor({ state: 'detached' })
  await page.keyboard.press('/')
  await page.keyboard.type('by keyboard')
  await expect.poll(() => page.getByTestId('transaction-row').count()).toBe(1)
  await context.close()
})

test('a row that arrives neither moves the reader nor takes the focus away', async () => {
  const context = await browser.newContext(WIDE)
  const page = await signIn(context, server.url, 'owner@acme.test')
  const other = await signIn(await browser.newContext(WIDE), server.url, 'manager@acme.test')
  await page.getByTestId('transaction-row').nth(4).focus()
  for (let i = 0; i < 30; i += 1) await page.keyboard.press('j')
  const read = () =>
    page.evaluate(() => {
      const focused = document.activeElement as HTMLElement | null
      return { id: focused?.dataset['id'], top: focused?.getBoundingClientRect().top }
    })
  const before = await read()
  expect(before.id).toBeDefined()
  await enter(other, { description: 'Arrives above' })
  await page.getByRole('button', { name: '1 new' }).waitFor()
  expect(await read()).toEqual(before)
  await context.close()
  await other.context().close()
})
