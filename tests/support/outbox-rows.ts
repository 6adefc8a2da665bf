import type { Page } from 'playwright-core'

/** As a day that passes: all that lies in the outbox was entered so much earlier. */
export async function ageOutbox(page: Page, byMs: number): Promise<void> {
  await page.evaluate(rewrite, { byMs, copies: 0 })
}

/** The one write that lies there, so many times more, each of a row of its own. */
export async function multiplyOutbox(page: Page, copies: number): Promise<void> {
  await page.evaluate(rewrite, { byMs: 0, copies })
}

/** Runs in the page, beside the app's own connection. */
async function rewrite({ byMs, copies }: { byMs: number; copies: number }): Promise<void> {
  const over = (target: EventTarget, name: string) =>
    new Promise((resolve) => target.addEventListener(name, resolve, { once: true }))
  const opening = indexedDB.open('standpipe-outbox')
  await over(opening, 'success')
  const transaction = opening.result.transaction('rows', 'readwrite')
  const store = transaction.objectStore('rows')
  const reading = store.getAll() as IDBRequest<
    { seq?: number; at: number; mutationId: string; lane: string; row: object }[]
  >
  reading.addEventListener('success', () => {
    const rows = reading.result
    for (const row of rows) store.put({ ...row, at: row.at - byMs })
    const [first] = rows
    for (let n = 0; first && n < copies; n += 1) {
      const id = crypto.randomUUID()
      const { seq: _, ...content } = first
      const row = { ...first.row, id }
      store.add({ ...content, row, mutationId: crypto.randomUUID(), lane: `${first.lane}${id}` })
    }
  })
  await over(transaction, 'complete')
  opening.result.close()
}
