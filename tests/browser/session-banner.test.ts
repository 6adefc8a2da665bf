import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { enter, launchBrowser, live, PASSWORD, rowOf, signIn } from '../support/browser.ts'
import { endFromElsewhere } from '../support/devices.ts'
import { startFaultyServer, type FaultyServer } from '../support/fault-proxy.ts'
import { networkIsBack, showsBanner, stateOf } from '../support/tabs.ts'

let server: FaultyServer
let browser: Browser

beforeAll(async () => {
  server = await startFaultyServer()
  browser = await launchBrowser()
  return async () => {
    await browser.close()
    await server.dispose()
  }
})

const EMAIL = 'manager@acme.test'
const WIDE = { viewport: { width: 1440, height: 900 } }
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
const LOOKS: [string, BrowserContextOptions][] = [
  ['wide and dark', { ...WIDE, colorScheme: 'dark' }],
  ['on a phone, light', { ...PHONE, colorScheme: 'light' }],
]

async function open(options: BrowserContextOptions = WIDE): Promise<Page> {
  return signIn(await browser.newContext({ ...options, reducedMotion: 'reduce' }), server.url, EMAIL)
}

const press = (page: Page, testId: string) => page.getByTestId(testId).press('Enter')
const description = (page: Page) => page.getByTestId('transaction-form').locator('[name=description]')
const focusedName = (page: Page) =>
  page.evaluate(() => {
    const { activeElement } = document
    return (
      activeElement?.getAttribute('name') ??
      activeElement?.getAttribute('data-testid') ??
      activeElement?.tagName
    )
  })

/** What is wrong with the page as a whole: rules of axe, a banner that covers or is cut off, a page wider than the screen. */
async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const layout = await page.evaluate(() => {
    const wrong: string[] = []
    if (document.documentElement.scrollWidth > innerWidth) wrong.push('the page is wider than the screen')
    const banner = document.querySelector('[data-testid=banner]')?.getBoundingClientRect()
    for (const button of document.querySelectorAll('[data-testid=banner] button')) {
      const { left, right, top, bottom, height } = button.getBoundingClientRect()
      const isInside = banner && left >= banner.left && right <= banner.right && top >= banner.top - 4
      if (!isInside || bottom > banner.bottom + 4) wrong.push(`${button.textContent} sticks out`)
      if (height < 24) wrong.push(`${button.textContent} is hard to hit`)
    }
    return wrong
  })
  return [
    ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join()}`),
    ...layout,
  ]
}

test.each(LOOKS)('yellow, red and the way back in are sound, %s', async (_, options) => {
  const page = await open(options)
  const top = await page.getByTestId('transaction-row').first().boundingBox()
  server.cut()
  await showsBanner(page, 'offline')
  expect(await faults(page), 'offline').toEqual([])
  server.mend()
  await networkIsBack(page.context())
  await live(page)
  await endFromElsewhere(server.url, EMAIL)
  await showsBanner(page, 'expired')
  expect(await faults(page), 'expired').toEqual([])
  expect(await page.getByTestId('transaction-row').first().boundingBox(), 'the page moved').toEqual(top)
  await page.getByTestId('banner-login').click()
  await page.getByTestId('login-password').waitFor()
  expect(await faults(page), 'logging in again').toEqual([])
  await page.context().close()
})

describe('by keyboard', () => {
  test('the focus goes back to where it was when the yellow banner goes', async () => {
    const page = await open()
    await description(page).fill('Half an entry')
    server.cut()
    await showsBanner(page, 'offline')
    expect(await focusedName(page), 'a banner takes no focus').toBe('description')
    await page.getByTestId('banner-retry').focus()
    server.mend()
    await press(page, 'banner-retry')
    await live(page)
    await expect.poll(() => focusedName(page)).toBe('description')
    expect(await description(page).inputValue()).toBe('Half an entry')
    await page.context().close()
  })

  test('the red banner is answered and left, and one is back in the field one came from', async () => {
    const page = await open()
    await description(page).fill('Half an entry')
    await endFromElsewhere(server.url, EMAIL)
    await showsBanner(page, 'expired')
    await press(page, 'banner-login')
    await expect.poll(() => focusedName(page)).toBe('password')
    await page.keyboard.press('Escape')
    await expect.poll(() => focusedName(page)).toBe('banner-login')
    await page.keyboard.press('Enter')
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press('Enter')
    await live(page)
    await expect.poll(() => focusedName(page)).toBe('description')
    expect(await description(page).inputValue()).toBe('Half an entry')
    await page.context().close()
  })
})

test('what the banner says is read out by regions that were there before it', async () => {
  const page = await open()
  const regions = page.locator('#root > output, #root > [role=alert]')
  expect(await regions.count()).toBe(2)
  await regions.evaluateAll((all) => all.forEach((region) => region.setAttribute('data-old', '')))
  server.cut()
  await page.locator('output[data-old]', { hasText: 'Offline since' }).waitFor({ state: 'attached' })
  server.mend()
  await networkIsBack(page.context())
  await page.locator('output[data-old]', { hasText: 'You are back online.' }).waitFor({ state: 'attached' })
  await endFromElsewhere(server.url, EMAIL)
  await page
    .locator('[role=alert][data-old]', { hasText: 'This session was ended.' })
    .waitFor({ state: 'attached' })
  await page.context().close()
})

test('a reload under the red banner keeps what was typed and what waits', async () => {
  const page = await open()
  await endFromElsewhere(server.url, EMAIL)
  await showsBanner(page, 'expired')
  await description(page).fill('Typed under red')
  await page.getByTestId('banner-reload').click()
  await page.waitForFunction(() => performance.getEntriesByType('navigation')[0]?.toJSON().type === 'reload')
  await showsBanner(page, 'expired')
  expect(await description(page).inputValue()).toBe('Typed under red')
  await enter(page, { description: 'Waits' })
  await rowOf(page, 'Waits').waitFor()
  await page.getByTestId('banner-reload').click()
  await page.getByTestId('outbox-count').filter({ hasText: '1' }).waitFor({ state: 'attached' })
  await rowOf(page, 'Waits').and(page.locator('[data-state=pending]')).waitFor()
  expect(await stateOf(page)).toBe('expired')
  await page.context().close()
})
