import type { Browser, BrowserContext, Page } from 'playwright-core'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { NewWrite } from '../../worker/wire/outbox.ts'
import { launchBrowser } from '../support/browser.ts'
import { serveOutboxPage } from '../support/outbox-page.ts'
import { aWrite } from '../support/writes.ts'

const EACH = 200

let url: string
let browser: Browser
let context: BrowserContext
let page: Page

beforeAll(async () => {
  const served = await serveOutboxPage()
  url = served.url
  browser = await launchBrowser()
  return async () => {
    await browser.close()
    served.close()
  }
})

beforeEach(async () => {
  context = await browser.newContext()
  page = await open()
  return () => context.close()
})

async function open(): Promise<Page> {
  const tab = await context.newPage()
  await tab.goto(url)
  await tab.waitForFunction(() => globalThis.standpipeOutbox !== undefined)
  return tab
}

/** What the page says of it: `kept`, or the name of the error. */
const append = (tab: Page, write: NewWrite) =>
  tab.evaluate(
    (one) =>
      globalThis.standpipeOutbox!.append(one).then(
        () => 'kept',
        (error: Error) => error.name,
      ),
    write,
  )

const keys = (tab: Page) =>
  tab.evaluate(async () => (await globalThis.standpipeOutbox!.rows()).map(({ mutationId }) => mutationId))

test('two tabs that write at once lose nothing, and each row has a place of its own', async () => {
  const other = await open()
  await Promise.all(
    [page, other].map((tab, index) =>
      tab.evaluate(
        async (all) => {
          for (const write of all) await globalThis.standpipeOutbox!.append(write)
        },
        Array.from({ length: EACH }, (_, n) => aWrite(`m${index}-${n}`, { rowId: `row${index}-${n}` })),
      ),
    ),
  )
  const places = await other.evaluate(async () =>
    (await globalThis.standpipeOutbox!.rows()).map(({ seq }) => seq),
  )
  expect(places).toHaveLength(2 * EACH)
  expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b))
})

test('each step is flushed to the disk', async () => {
  await page.evaluate(() => {
    const asked: unknown[] = []
    const begin = IDBDatabase.prototype.transaction
    IDBDatabase.prototype.transaction = function (names, mode, options) {
      if (mode === 'readwrite') asked.push(options?.durability)
      return begin.call(this, names, mode, options)
    }
    Object.assign(globalThis, { asked })
  })
  expect(await append(page, aWrite('m1'))).toBe('kept')
  expect(await page.evaluate('asked')).toEqual(['strict'])
})

test('a database that was closed behind its back is opened anew, and the write is there once', async () => {
  expect(await append(page, aWrite('m1', { rowId: 'a' }))).toBe('kept')
  await page.evaluate(() => {
    const begin = IDBDatabase.prototype.transaction
    IDBDatabase.prototype.transaction = function (...asked) {
      IDBDatabase.prototype.transaction = begin
      this.close()
      return begin.apply(this, asked)
    }
  })
  expect(await append(page, aWrite('m2', { rowId: 'b' }))).toBe('kept')
  expect(await keys(page)).toEqual(['m1', 'm2'])
})

test('storage that a person clears under an open page takes the next write', async () => {
  expect(await append(page, aWrite('m1', { rowId: 'a' }))).toBe('kept')
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        indexedDB.deleteDatabase('standpipe-outbox').addEventListener('success', resolve)
      }),
  )
  expect(await append(page, aWrite('m2', { rowId: 'b' }))).toBe('kept')
  expect(await keys(page)).toEqual(['m2'])
})

test('a full disk is told by its name, and of what was begun nothing is there', async () => {
  await page.evaluate(() => {
    const add = IDBObjectStore.prototype.add
    IDBObjectStore.prototype.add = function (...row) {
      add.apply(this, row)
      throw new DOMException('No space.', 'QuotaExceededError')
    }
  })
  expect(await append(page, aWrite('m1'))).toBe('QuotaExceededError')
  expect(await keys(page)).toEqual([])
})
