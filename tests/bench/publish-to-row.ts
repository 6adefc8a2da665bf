import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { launchBrowser, openTab, signIn } from '../support/browser.ts'
import { startServer } from '../support/server-process.ts'
import { createClient } from '../support/http-client.ts'
import { quantile } from './quantile.ts'

const TABS = [5, 20]
const WARM_UP = 3
const EVENTS = 40
const BETWEEN_MS = 250
const ROW_WITHIN_MS = 20_000

/** From the moment the server applies a write to the moment its row stands in the document of the last tab. */
export async function publishToRow() {
  const browser = await launchBrowser()
  const rows: Record<string, number>[] = []
  for (const tabs of TABS) {
    const server = await startServer()
    const context = await browser.newContext()
    const pages = [await signIn(context, server.url, 'owner@acme.test')]
    while (pages.length < tabs) pages.push(await openTab(context, server.url))
    const client = await createClient(server.url, 'manager@acme.test')
    const samples: number[] = []
    for (let i = 0; i < WARM_UP + EVENTS; i += 1) {
      const id = randomUUID()
      const watches = await Promise.all(pages.map((page) => watchFor(page, id)))
      const appliedAt = await client.enter(id, `Measured entry ${i}`)
      const last = Math.max(...(await Promise.all(watches.map((seenAt) => seenAt()))))
      if (i >= WARM_UP) samples.push(last - appliedAt)
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS))
    }
    rows.push({
      tabs,
      events: samples.length,
      'p50 ms': quantile(samples, 0.5),
      'p99 ms': quantile(samples, 0.99),
    })
    await context.close()
    await server.dispose()
  }
  await browser.close()
  return { title: 'Publish to the row in all tabs', rows }
}

/**
 * Sets a watch for the row and, once it is set, resolves to a function that waits for the wall clock of the page at which
 * the row was there; browser and server run on one machine.
 */
async function watchFor(page: Page, id: string): Promise<() => Promise<number>> {
  const watch = await page.evaluateHandle(
    ({ id, withinMs }) => {
      const selector = `[data-testid=transaction-row][data-id="${id}"]`
      const seenAt = new Promise<number>((resolve, reject) => {
        const observer = new MutationObserver(() => {
          if (!document.querySelector(selector)) return
          observer.disconnect()
          resolve(performance.timeOrigin + performance.now())
        })
        const options = { childList: true, subtree: true, attributes: true, attributeFilter: ['data-id'] }
        observer.observe(document.body, options)
        setTimeout(() => reject(new Error(`The row ${id} did not come.`)), withinMs)
      })
      return { seenAt }
    },
    { id, withinMs: ROW_WITHIN_MS },
  )
  return () => watch.evaluate((set) => set.seenAt)
}
