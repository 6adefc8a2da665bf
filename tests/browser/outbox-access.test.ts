import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { violations } from '../support/axe.ts'
import { enter, launchBrowser, rowOf } from '../support/browser.ts'
import { startFaultyServer, type FaultyServer } from '../support/fault-proxy.ts'
import { refusal } from '../support/faults.ts'
import {
  createColleague,
  enterAll,
  goTo,
  holdWrites,
  itemOf,
  refuseNextEntry,
  signInForOffline,
} from '../support/outbox-tab.ts'
import { multiplyOutbox } from '../support/outbox-rows.ts'
import { signOut } from '../support/tabs.ts'

const WITHIN = { timeout: 20_000 }
const MANY = 400
const WIDE = { viewport: { width: 1440, height: 900 } }
const NARROW = { width: 390, height: 844 }

let server: FaultyServer
let browser: Browser
let context: BrowserContext

beforeAll(async () => {
  browser = await launchBrowser()
  return () => browser.close()
})

// A ledger of its own for each: what one leaves behind would be taken for the next one's.
beforeEach(async () => {
  server = await startFaultyServer()
  return async () => {
    await context.close()
    await server.dispose()
  }
})

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  context = await browser.newContext({ ...WIDE, ...options })
  return signInForOffline(context, server.url, 'owner@acme.test')
}

/** One in each state: a conflict, a refusal, one that was parked, and two that wait. */
async function oneOfEach(page: Page): Promise<void> {
  await enter(page, { description: 'In conflict' })
  await expect
    .poll(() => rowOf(page, 'In conflict').first().getAttribute('data-state'), WITHIN)
    .toBe('settled')
  const held = holdWrites(server)
  await rowOf(page, 'In conflict').first().click()
  await page.getByRole('button', { name: 'Edit' }).first().click()
  await page.getByTestId('edit-form').locator('[name=amount]').fill('55.10')
  await page.getByTestId('edit-form').getByTestId('form-submit').click()
  await expect.poll(() => page.getByTestId('outbox-count').textContent()).toBe('1')
  const colleague = await createColleague(server.url, 'owner@acme.test')
  const [row] = await colleague.rows('In conflict')
  await colleague.edit(row!, { amountMinor: 6200 })
  held.end()
  refuseNextEntry(server, refusal(403, 'forbidden_property'))
  await enterAll(page, ['Refused'])
  await expect.poll(() => rowOf(page, 'Refused').getAttribute('data-state'), WITHIN).toBe('rejected')
  refuseNextEntry(server, refusal(422, 'key_reused'))
  await enterAll(page, ['Was parked'])
  await expect.poll(() => rowOf(page, 'Was parked').getAttribute('data-state'), WITHIN).toBe('rejected')
  holdWrites(server)
  await enterAll(page, ['Waits', 'Waits too'])
}

const focused = (page: Page) =>
  page.evaluate(
    () => (document.activeElement as HTMLElement | null)?.dataset['state'] ?? document.activeElement?.tagName,
  )

describe.each(['light', 'dark'] as const)('axe finds nothing on the outbox, %s', (colorScheme) => {
  test('empty, with one in each state, opened, asked, in a form, at the door and sealed', async () => {
    const page = await open({ colorScheme, reducedMotion: 'reduce' })
    await goTo(page, 'Outbox')
    await page.getByText('Nothing waits').waitFor()
    const found: Record<string, string[]> = {}
    async function look(state: string): Promise<void> {
      found[state] = await violations(page)
      await page.setViewportSize(NARROW)
      found[`${state}, narrow`] = await violations(page)
      await page.setViewportSize(WIDE.viewport)
    }
    await look('empty')
    await goTo(page, 'Finance')
    await oneOfEach(page)
    await look('finance')
    await goTo(page, 'Outbox')
    await expect
      .poll(() =>
        page
          .getByTestId('outbox-item')
          .evaluateAll((all) => all.map((item) => item.getAttribute('data-state'))),
      )
      .toEqual(['conflict', 'rejected', 'parked', 'waiting', 'waiting'])
    await look('one of each')
    await itemOf(page, 'In conflict').getByRole('button', { name: 'All about' }).click()
    await itemOf(page, 'Refused').getByTestId('outbox-discard').click()
    await look('opened and asked')
    await page.keyboard.press('Escape')
    await itemOf(page, 'Refused').getByTestId('outbox-edit').click()
    await page.getByTestId('edit-form').waitFor()
    await look('form')
    await page.getByRole('button', { name: 'Cancel' }).click()
    server.cut()
    await page.locator('[data-testid=status][data-state=offline]').waitFor()
    await look('offline')
    await signOut(page)
    await page.getByTestId('logout-keep').waitFor()
    await look('logout')
    await page.getByTestId('logout-discard').click()
    await look('discard all')
    await page.getByRole('button', { name: 'Back' }).click()
    await page.getByTestId('logout-keep').click()
    await page.getByTestId('sealed').waitFor()
    await look('login, sealed')
    for (const [state, list] of Object.entries(found)) expect(list, state).toEqual([])
  })
})

test('the outbox can be worked by keyboard alone, and the focus stays when lines go', async () => {
  const page = await open()
  await oneOfEach(page)
  await goTo(page, 'Outbox')
  await expect.poll(() => page.getByTestId('outbox-item').count()).toBe(5)
  const names = () => page.evaluate(() => document.activeElement?.textContent ?? '')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  expect(await focused(page)).toBe('parked')
  await page.keyboard.press('k')
  expect(await focused(page)).toBe('rejected')
  await page.keyboard.press('Enter')
  await page.getByText('Tries', { exact: true }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByText('Tries', { exact: true }).waitFor({ state: 'detached' })
  await page.keyboard.press('e')
  await page.getByTestId('edit-form').waitFor()
  await page.keyboard.press('Escape')
  await page.getByTestId('edit-form').waitFor({ state: 'detached' })

  await page.keyboard.press('Delete')
  await page.getByTestId('outbox-discard-sure').waitFor()
  // "Keep" has the focus: a hand that presses Enter once too often loses nothing.
  await page.keyboard.press('Enter')
  await page.getByTestId('outbox-discard-sure').waitFor({ state: 'detached' })
  expect(await focused(page)).toBe('rejected')
  await page.keyboard.press('Delete')
  await page.getByTestId('outbox-discard-sure').focus()
  await page.keyboard.press('Enter')
  await itemOf(page, 'Refused').waitFor({ state: 'detached' })
  await expect.poll(() => focused(page)).toBe('parked')
  expect(await names()).toContain('Was parked')

  await page.keyboard.press('?')
  const list = page.getByRole('dialog')
  for (const words of [
    'Next change',
    'Previous change',
    'Show all about it',
    'Send now',
    'Edit',
    'Discard',
    'Back',
  ])
    await list.getByText(words, { exact: true }).first().waitFor()
})

test('of hundreds only a part is drawn, and keys reach all of them', async () => {
  const page = await open()
  holdWrites(server)
  await enterAll(page, ['The first of many'])
  server.cut()
  await multiplyOutbox(page, MANY)
  await page.reload()
  await page.locator('[data-testid=status][data-state=offline]').waitFor()
  await goTo(page, 'Outbox')
  await page.getByText('Waiting').first().waitFor()
  await expect.poll(() => page.getByTestId('outbox-count').textContent()).toBe(String(MANY + 1))
  expect(await page.getByTestId('outbox-item').count()).toBeLessThan(60)
  await page.getByTestId('outbox-item').first().focus()
  for (let n = 0; n < 40; n += 1) await page.keyboard.press('j')
  // Those that are being tried stand in a group of their own meanwhile.
  const place = () => page.evaluate(() => Number(document.activeElement?.getAttribute('aria-posinset')))
  await expect.poll(place).toBeGreaterThan(30)
  const isInSight = () =>
    page.evaluate(() => {
      const { top, bottom } = document.activeElement!.getBoundingClientRect()
      return top >= 0 && bottom <= innerHeight
    })
  await expect.poll(isInSight, { message: 'the line with the focus is in sight' }).toBe(true)
})
