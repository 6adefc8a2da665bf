import type { NewWrite } from '../../worker/wire/outbox.ts'
import type { Engine } from '../support/engine.ts'
import { serveOutboxPage } from '../support/outbox-page.ts'
import { launchRealChromium } from '../support/real-chromium.ts'
import { launchRealFirefox } from '../support/real-firefox.ts'
import { aWrite } from '../support/writes.ts'
import { quantile } from './quantile.ts'

/** From the call to the word that the write is on the disk, and what a bare put of the same row costs in the same page. */
export async function append({ writes = 500 }: { writes?: number }) {
  const page = await serveOutboxPage()
  const rows = []
  for (const launch of [launchRealChromium, launchRealFirefox])
    rows.push(await measure(await launch(), page.url, writes))
  page.close()
  return { title: `A write is put on the disk, ${writes} times, ms`, rows }
}

async function measure(engine: Engine, url: string, writes: number) {
  const tab = await engine.newTab()
  await tab.goto(url)
  const batch = Array.from({ length: writes }, (_, n) =>
    aWrite(`018f0000-0000-7000-8000-${String(n).padStart(12, '0')}`, { rowId: `row${n}` }),
  )
  const { appended, bare } = await tab.evaluate(async (all: NewWrite[]) => {
    const outbox = globalThis.standpipeOutbox
    if (!outbox) throw new Error('The page has no outbox.')
    const appended: number[] = []
    for (const write of all) {
      const from = performance.now()
      await outbox.append(write)
      appended.push(performance.now() - from)
    }
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('bare', 1)
      opening.addEventListener(
        'upgradeneeded',
        () => void opening.result.createObjectStore('rows', { autoIncrement: true }),
      )
      opening.addEventListener('success', () => resolve(opening.result))
      opening.addEventListener('error', () => reject(new Error('The database could not be opened.')))
    })
    const bare: number[] = []
    for (const write of all) {
      const from = performance.now()
      await new Promise<void>((resolve) => {
        const transaction = db.transaction('rows', 'readwrite', { durability: 'strict' })
        transaction.objectStore('rows').add(write)
        transaction.addEventListener('complete', () => resolve())
      })
      bare.push(performance.now() - from)
    }
    return { appended, bare }
  }, batch)
  await engine.close()
  const p = (of: number[], share: number) => Number(quantile(of, share).toFixed(1))
  return {
    engine: engine.name,
    'append p50': p(appended, 0.5),
    'append p95': p(appended, 0.95),
    'bare put p50': p(bare, 0.5),
    'bare put p95': p(bare, 0.95),
    'ratio p95': Number((quantile(appended, 0.95) / quantile(bare, 0.95)).toFixed(2)),
  }
}
