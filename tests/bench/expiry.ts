import type { Page } from 'playwright-core'
import { enter, launchBrowser, rowOf } from '../support/browser.ts'
import { pathOf, startFaultyServer, type FaultyServer } from '../support/fault-proxy.ts'
import { HOSTS, newProfile, openTabs, shown } from '../support/tabs.ts'
import { createWornTokens } from '../support/worn-tokens.ts'
import type { Host } from '../../worker/wire/port.ts'

const TABS = 4

/** A token that runs out while four tabs write at the same moment, over and over: refreshes as the server counts them. */
export async function expiry({ expiries = 100 }: { expiries?: number }) {
  const rows = []
  for (const host of HOSTS) rows.push(await watch(host, expiries))
  return { title: `A token that runs out in ${TABS} tabs at once`, rows }
}

async function watch(host: Host, expiries: number) {
  const server = await startFaultyServer()
  const tokens = createWornTokens(server)
  const browser = await launchBrowser()
  const context = await newProfile(browser, host)
  const tabs = await openTabs(context, server.url, { email: 'owner@acme.test', count: TABS })
  const before = refreshes(server)
  const seen = new Set<string>()
  await shown(tabs)
  for (let n = 1; n <= expiries; n += 1) {
    tokens.wear()
    await Promise.all(tabs.map((tab, index) => write(tab, `Expiry ${n} in tab ${index}`)))
    for (const word of await shown(tabs)) seen.add(word)
  }
  const row = {
    host,
    expiries,
    'refreshes at the server': refreshes(server) - before,
    'requests refused with 401': tokens.refused(),
    'what the tabs showed': [...seen].join(', '),
  }
  await browser.close()
  await server.dispose()
  return row
}

async function write(tab: Page, description: string): Promise<void> {
  await enter(tab, { description })
  await rowOf(tab, description).and(tab.locator('[data-state=settled]')).waitFor()
}

const refreshes = (server: FaultyServer) =>
  server.requests().filter(({ url }) => pathOf(url) === '/auth/refresh').length
