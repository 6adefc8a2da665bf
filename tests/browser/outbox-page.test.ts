import { readFileSync } from 'node:fs'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { enter, launchBrowser, PASSWORD, rowOf } from '../support/browser.ts'
import { startFaultyServer, type FaultyServer } from '../support/fault-proxy.ts'
import { type Fault } from '../support/faults.ts'
import {
  createColleague,
  enterAll,
  goTo,
  holdWrites,
  itemOf,
  refuseNextEntry,
  signInForOffline,
  type Colleague,
} from '../support/outbox-tab.ts'
import { ageOutbox } from '../support/outbox-rows.ts'
import { networkIsBack, signOut } from '../support/tabs.ts'

const WITHIN = { timeout: 20_000 }
const INVALID: Fault = {
  do: 'answer',
  status: 422,
  headers: { 'Content-Type': 'application/problem+json', 'Rt-Origin': '1' },
  body: JSON.stringify({
    type: 'about:blank',
    title: 'The content is not as it should be',
    status: 422,
    code: 'validation_failed',
    requestId: 'r1',
    issues: [{ path: 'amountMinor', message: 'is larger than the ledger can hold' }],
  }),
}

let server: FaultyServer
let browser: Browser
let context: BrowserContext
let colleague: Colleague

beforeAll(async () => {
  server = await startFaultyServer()
  browser = await launchBrowser()
  colleague = await createColleague(server.url, 'owner@acme.test')
  return async () => {
    await browser.close()
    await server.dispose()
  }
})

beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  return async () => {
    server.mend()
    await context.close()
  }
})

const open = (email = 'owner@acme.test') => signInForOffline(context, server.url, email)
const statesOf = (page: Page) =>
  page.getByTestId('outbox-item').evaluateAll((all) => all.map((item) => item.getAttribute('data-state')))
const countOf = (page: Page) => page.getByTestId('outbox-count').textContent()

async function nothingWaits(page: Page): Promise<void> {
  await expect.poll(() => countOf(page), WITHIN).toBe('0')
}

async function isOffline(page: Page): Promise<void> {
  await page.locator('[data-testid=status][data-state=offline]').waitFor()
}

describe('what is entered while the server is gone', () => {
  test('is there, marked, after the tab was closed and opened again, and is sent once when the server is back', async () => {
    const page = await open()
    const names = Array.from({ length: 10 }, (_, n) => `In the basement, no ${n}`)
    server.cut()
    await isOffline(page)
    await enterAll(page, names)
    // A browser without a page ends.
    await context.newPage()
    await page.close()

    const again = await context.newPage()
    await again.goto(`${server.url}/finance`)
    await rowOf(again, names[0]!).waitFor()
    expect(
      await rowOf(again, 'In the basement').evaluateAll((rows) =>
        rows.map((row) => row.getAttribute('data-state')),
      ),
    ).toEqual(Array.from({ length: 10 }, () => 'pending'))
    expect(await rowOf(again, names[0]!).textContent()).toContain('Saved on device')
    expect(await countOf(again)).toBe('10')
    await goTo(again, 'Outbox')
    await expect.poll(() => statesOf(again)).toHaveLength(10)
    expect(await again.getByText('Waiting').first().textContent()).toContain('10')

    server.mend()
    await networkIsBack(context)
    await nothingWaits(again)
    await again.getByText('Nothing waits').waitFor()
    const rows = await colleague.rows('In the basement')
    expect(rows.map(({ description }) => description).toSorted()).toEqual(names)
    expect(new Set(rows.map(({ createdBy }) => createdBy)).size, 'by who entered them').toBe(1)
  })

  test('can be changed, becomes one write, and arrives as it was changed', async () => {
    const page = await open()
    const held = holdWrites(server)
    await enterAll(page, ['Typed in the dark'])
    await goTo(page, 'Outbox')
    await itemOf(page, 'Typed in the dark').getByTestId('outbox-edit').click()
    const form = page.getByTestId('edit-form')
    await form.locator('[name=amount]').fill('99.10')
    await form.getByTestId('form-submit').click()
    await form.waitFor({ state: 'detached' })
    await expect.poll(() => itemOf(page, 'Typed in the dark').last().textContent()).toContain('99.10')
    held.end()
    await page.getByRole('button', { name: 'Send all now' }).click()
    await nothingWaits(page)
    expect((await colleague.rows('Typed in the dark')).map(({ amountMinor }) => amountMinor)).toEqual([9910])
  })

  test('is discarded only after it was asked, and then nothing of it is sent', async () => {
    const page = await open()
    const held = holdWrites(server)
    await enterAll(page, ['Not to be sent'])
    await goTo(page, 'Outbox')
    const item = itemOf(page, 'Not to be sent')
    await expect.poll(() => item.getAttribute('data-state')).toBe('waiting')
    await item.getByTestId('outbox-discard').click()
    await page.getByText('It is nowhere else and will be lost').waitFor()
    await page.keyboard.press('Escape')
    expect(await item.count()).toBe(1)
    await item.getByTestId('outbox-discard').click()
    await page.getByTestId('outbox-discard-sure').click()
    await item.waitFor({ state: 'detached' })
    held.end()
    await nothingWaits(page)
    expect(await colleague.rows('Not to be sent')).toEqual([])
  })

  test('can be taken away as files, which hold all of it and run nothing', async () => {
    const page = await open()
    holdWrites(server)
    await enterAll(page, ['=HYPERLINK("http://evil")', 'Second'])
    await goTo(page, 'Outbox')
    async function file(testId: string): Promise<string> {
      const coming = page.waitForEvent('download')
      await page.getByTestId(testId).click()
      return readFileSync(await (await coming).path(), 'utf8')
    }
    const written = JSON.parse(await file('outbox-export')) as { row: { description: string } }[]
    expect(written.map(({ row }) => row.description)).toEqual(['=HYPERLINK("http://evil")', 'Second'])
    const table = await file('outbox-export-csv')
    expect(table.startsWith('\uFEFF"Entered"')).toBe(true)
    expect(table).toContain('"\'=HYPERLINK(""http://evil"")"')
    expect(table.trim().split('\r\n')).toHaveLength(3)
  })

  test('by somebody who comes back after a day is told to be sent', async () => {
    const page = await open()
    server.cut()
    await isOffline(page)
    await enterAll(page, ['Of yesterday'])
    await ageOutbox(page, 25 * 3_600_000)
    await page.reload()
    await isOffline(page)
    server.mend()
    await networkIsBack(context)
    await page.locator('[data-testid=banner][data-kind=sending]').waitFor()
    expect(await page.getByTestId('banner').textContent()).toMatch(/1 change from .+ is being sent/)
    await nothingWaits(page)
  })
})

describe('in a conflict', () => {
  async function conflict(page: Page, name: string): Promise<void> {
    await enter(page, { description: name, amount: '10' })
    await expect.poll(() => rowOf(page, name).getAttribute('data-state'), WITHIN).toBe('settled')
    const held = holdWrites(server)
    await rowOf(page, name).click()
    await page.getByRole('button', { name: 'Edit' }).first().click()
    const form = page.getByTestId('edit-form')
    await form.locator('[name=amount]').fill('55.10')
    await form.getByTestId('form-submit').click()
    await form.waitFor({ state: 'detached' })
    await expect.poll(() => countOf(page)).toBe('1')
    const [row] = await colleague.rows(name)
    await colleague.edit(row!, { amountMinor: 6200 })
    await goTo(page, 'Outbox')
    held.end()
    await expect.poll(() => statesOf(page), WITHIN).toEqual(['conflict'])
  }
  const amount = async (name: string) => (await colleague.rows(name)).map(({ amountMinor }) => amountMinor)

  test('mine is shown beside theirs, and mine is kept when that is chosen', async () => {
    const page = await open()
    await conflict(page, 'Mine is kept')
    const differing = page.locator('[data-field=amountMinor][data-differs]')
    expect(await differing.textContent()).toMatch(/Amount.*differs.*55\.10.*62\.00/)
    expect(await page.locator('[data-field=description]').count(), 'what is the same is not shown').toBe(0)
    await page.getByTestId('keep-mine').click()
    await nothingWaits(page)
    expect(await amount('Mine is kept')).toEqual([5510])
  })

  test('theirs stands when that is chosen', async () => {
    const page = await open()
    await conflict(page, 'Theirs stands')
    await page.getByRole('button', { name: 'Use the server’s' }).click()
    await nothingWaits(page)
    await goTo(page, 'Finance')
    await expect.poll(() => rowOf(page, 'Theirs stands').textContent()).toContain('62.00')
    expect(await amount('Theirs stands')).toEqual([6200])
  })

  test('a third value can be written', async () => {
    const page = await open()
    await conflict(page, 'A third value')
    await page.getByTestId('outbox-edit').click()
    const form = page.getByTestId('edit-form')
    expect(await form.locator('[name=amount]').inputValue()).toContain('55.10')
    await form.locator('[name=amount]').fill('58')
    await form.getByTestId('form-submit').click()
    await nothingWaits(page)
    expect(await amount('A third value')).toEqual([5800])
  })

  test('with a row that is gone the change can become an entry of its own', async () => {
    const page = await open()
    await enter(page, { description: 'Goes away', amount: '10' })
    await expect.poll(() => rowOf(page, 'Goes away').getAttribute('data-state'), WITHIN).toBe('settled')
    const held = holdWrites(server)
    await rowOf(page, 'Goes away').click()
    await page.getByRole('button', { name: 'Edit' }).first().click()
    const form = page.getByTestId('edit-form')
    await form.locator('[name=description]').fill('Goes away and comes back')
    await form.getByTestId('form-submit').click()
    await expect.poll(() => countOf(page)).toBe('1')
    const [row] = await colleague.rows('Goes away')
    await colleague.remove(row!)
    await goTo(page, 'Outbox')
    held.end()
    await page.getByText('You can enter what you wrote as a new one').waitFor(WITHIN)
    expect(await page.getByTestId('keep-mine').count()).toBe(0)
    await page.getByTestId('enter-as-new').click()
    await nothingWaits(page)
    const rows = await colleague.rows('Goes away')
    expect(rows.map(({ id, description }) => [id === row!.id, description])).toEqual([
      [false, 'Goes away and comes back'],
    ])
  })
})

test('what the server refused is corrected in a form with its values, and sent', async () => {
  const page = await open()
  refuseNextEntry(server, INVALID)
  await enter(page, { description: 'Too large at first', amount: '77' })
  await expect
    .poll(() => rowOf(page, 'Too large at first').getAttribute('data-state'), WITHIN)
    .toBe('rejected')
  await goTo(page, 'Outbox')
  const item = itemOf(page, 'Too large at first')
  expect(await item.textContent()).toContain('the amount is larger than the ledger can hold')
  await item.getByTestId('outbox-edit').click()
  const form = page.getByTestId('edit-form')
  expect(await form.locator('[name=amount]').inputValue()).toContain('77')
  await form.locator('[name=amount]').fill('7.70')
  await form.getByTestId('form-submit').click()
  await nothingWaits(page)
  expect((await colleague.rows('Too large at first')).map(({ amountMinor }) => amountMinor)).toEqual([770])
})

describe('logging out with work that was not sent', () => {
  test('sends it first when that is asked', async () => {
    const page = await open()
    const held = holdWrites(server)
    await enterAll(page, ['Before I go'])
    await signOut(page)
    expect(await page.getByTestId('logout-unsent').textContent()).toContain('1 change has not reached')
    held.end()
    await page.getByTestId('logout-send').click()
    await page.getByTestId('login-email').waitFor(WITHIN)
    expect(await page.getByTestId('sealed').count()).toBe(0)
    expect(await colleague.rows('Before I go')).toHaveLength(1)
  })

  test('says what is left when the server cannot be reached in ten seconds', async () => {
    const page = await open()
    server.cut()
    await isOffline(page)
    await enterAll(page, ['Cannot go'])
    await signOut(page)
    await page.getByTestId('logout-send').click()
    await page.getByTestId('logout-progress').waitFor()
    await page.getByText('Not everything was sent').waitFor(WITHIN)
    expect(await page.getByTestId('logout-unsent').textContent()).toContain('1 change has not reached')
  })

  test('keeps it on the device, where the next person sees a number and nothing else, until its own logs in', async () => {
    const page = await open('staff1@acme.test')
    server.cut()
    await isOffline(page)
    await enterAll(page, ['Secret of the first', 'Another of the first'])
    await signOut(page)
    await page.getByTestId('logout-keep').click()
    await page.getByTestId('login-email').waitFor()
    expect(await page.getByTestId('sealed').textContent()).toContain('2 changes are kept on this device')
    server.mend()

    await logIn(page, 'manager@globex.test')
    expect(await countOf(page)).toBe('0')
    await goTo(page, 'Outbox')
    expect(await page.getByTestId('sealed').textContent()).toContain(
      '2 changes from another account are kept on this device.',
    )
    expect(await page.getByTestId('outbox-item').count()).toBe(0)
    expect(await page.evaluate(() => document.body.textContent)).not.toMatch(/of the first/)
    await signOut(page)
    expect(await colleague.rows('of the first'), 'never as somebody else').toEqual([])

    await logIn(page, 'staff1@acme.test')
    await nothingWaits(page)
    const rows = await colleague.rows('of the first')
    expect(rows).toHaveLength(2)
    expect(new Set(rows.map(({ createdBy }) => createdBy)).size).toBe(1)
  })

  test('discards it when that is said twice', async () => {
    const page = await open()
    server.cut()
    await isOffline(page)
    await enterAll(page, ['Never mind'])
    await signOut(page)
    await page.getByTestId('logout-discard').click()
    await page.getByText('nowhere else and cannot be brought back').waitFor()
    await page.getByTestId('logout-discard-sure').click()
    await page.getByTestId('login-email').waitFor()
    expect(await page.getByTestId('sealed').count()).toBe(0)
    server.mend()
    await logIn(page, 'owner@acme.test')
    await nothingWaits(page)
    expect(await colleague.rows('Never mind')).toEqual([])
  })

  test('asks nothing when all of it was', async () => {
    const page = await open()
    await signOut(page)
    await page.getByTestId('login-email').waitFor()
  })
})

describe('a form', () => {
  test('that is pressed twice while it saves writes once', async () => {
    const page = await open()
    await page.getByTestId('transaction-form').locator('[name=amount]').fill('12')
    await page.getByTestId('transaction-form').locator('[name=description]').fill('Pressed twice')
    await page.getByTestId('form-submit').evaluate((button: HTMLButtonElement) => {
      button.click()
      button.click()
    })
    await expect.poll(() => rowOf(page, 'Pressed twice').getAttribute('data-state'), WITHIN).toBe('settled')
    await nothingWaits(page)
    expect(await colleague.rows('Pressed twice')).toHaveLength(1)
  })

  test('keeps what was typed on a device without room, says so, and works once there is some', async () => {
    await context.addInitScript(() => {
      const put = IDBObjectStore.prototype.add
      IDBObjectStore.prototype.add = function (...given: [unknown]) {
        if (document.documentElement.dataset['full'] === undefined) return put.apply(this, given)
        throw new DOMException('No space.', 'QuotaExceededError')
      }
    })
    const page = await open()
    await page.evaluate(() => void (document.documentElement.dataset['full'] = ''))
    await enter(page, { description: 'No room for this', amount: '31' })
    await page.getByText('this device has no room left').waitFor()
    const field = (name: string) =>
      page.getByTestId('transaction-form').locator(`[name=${name}]`).inputValue()
    expect([await field('amount'), await field('description')]).toEqual(['31', 'No room for this'])
    expect(await rowOf(page, 'No room for this').count()).toBe(0)
    await page.evaluate(() => void delete document.documentElement.dataset['full'])
    await page.getByTestId('form-submit').click()
    await expect
      .poll(() => rowOf(page, 'No room for this').getAttribute('data-state'), WITHIN)
      .toBe('settled')
    expect(await page.getByText('this device has no room left').count()).toBe(0)
  })
})

async function logIn(page: Page, email: string): Promise<void> {
  await page.getByTestId('login-email').fill(email)
  await page.getByTestId('login-password').fill(PASSWORD)
  await page.getByTestId('login-submit').click()
  await page.locator('[data-testid=status][data-state=live]').waitFor()
}
