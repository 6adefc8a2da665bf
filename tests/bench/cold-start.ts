import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import { startFaultyServer } from '../support/fault-proxy.ts'
import { evening } from '../support/evening.ts'
import { findChromium } from '../support/find-chromium.ts'
import { quantile } from './quantile.ts'

/** What is slowed is the page, as Lighthouse does it; the workers beside it are not. */
const SLOWDOWNS = [1, 4] as const

interface Start {
  painted: number
  readable: number
}

/**
 * The browser is started anew each time, and the page opened from what the device keeps: from the navigation to the first
 * paint, and to the ledger's first row beside the day's figures.
 */
export async function coldStart({ starts = 10 }: { starts?: number }) {
  const server = await startFaultyServer()
  const profile = mkdtempSync(join(tmpdir(), 'standpipe-'))
  try {
    await evening(await launch(profile), server.url)
    const rows: Record<string, string | number>[] = []
    for (const network of ['online', 'offline']) {
      if (network === 'offline') server.cut()
      for (const slowdown of SLOWDOWNS) {
        const samples: Start[] = []
        while (samples.length < starts) samples.push(await start(profile, server.url, slowdown))
        const of = (part: keyof Start, q: number) =>
          quantile(
            samples.map((sample) => sample[part]),
            q,
          )
        rows.push({
          network,
          'CPU slowed': `${slowdown}×`,
          n: starts,
          'painted p50 ms': of('painted', 0.5),
          'readable p50 ms': of('readable', 0.5),
          'readable max ms': of('readable', 1),
        })
      }
    }
    return { title: 'From a browser that is not running to a page that can be read', rows }
  } finally {
    await server.dispose()
    rmSync(profile, { recursive: true, force: true })
  }
}

async function launch(profile: string): Promise<BrowserContext> {
  const { executablePath } = await findChromium()
  return chromium.launchPersistentContext(profile, { executablePath })
}

async function start(profile: string, url: string, slowdown: number): Promise<Start> {
  const context = await launch(profile)
  try {
    const page = context.pages()[0] ?? (await context.newPage())
    const devtools = await context.newCDPSession(page)
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
    await page.goto(`${url}/finance`, { waitUntil: 'commit' })
    return await whenReadable(page)
  } finally {
    await context.close()
  }
}

/** Asked in the page at each frame: a look from outside would come late by its own way. */
async function whenReadable(page: Page): Promise<Start> {
  const found = await page.waitForFunction(
    () => {
      const row = document.querySelector('[data-testid=transaction-row]')
      const net = document.querySelector('[data-testid=profit-loss-net]')?.textContent ?? ''
      if (!row || !/\d/.test(net)) return null
      const [paint] = performance.getEntriesByName('first-contentful-paint')
      return { painted: paint?.startTime ?? 0, readable: performance.now() }
    },
    null,
    { polling: 'raf' },
  )
  return (await found.jsonValue()) ?? { painted: 0, readable: 0 }
}
