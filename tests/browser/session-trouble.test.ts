import type { Browser, CDPSession, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser, live } from '../support/browser.ts'
import { pathOf, startFaultyServer, type FaultyServer } from '../support/fault-proxy.ts'
import { PORTAL } from '../support/faults.ts'
import { HOSTS, newProfile, openTabs, networkIsBack, showsBanner, shown } from '../support/tabs.ts'

const TOKEN_LIFE_MS = 2000
/** A token is renewed when four fifths of its life are over; the rest is for slow machines. */
const RENEWED_AFTER_MS = 0.7 * TOKEN_LIFE_MS
const RENEWALS = 2

let server: FaultyServer
let browser: Browser

beforeAll(async () => {
  server = await startFaultyServer({ ACCESS_TOKEN_TTL_S: String(TOKEN_LIFE_MS / 1000) })
  browser = await launchBrowser()
  return async () => {
    await browser.close()
    await server.dispose()
  }
})

const refreshes = () => server.requests().filter(({ url }) => pathOf(url) === '/auth/refresh')

describe.each(HOSTS)('with tokens of two seconds (%s)', (host) => {
  let tabs: Page[] = []

  beforeAll(async () => {
    const context = await newProfile(browser, host)
    tabs = await openTabs(context, server.url, { email: 'owner@acme.test', count: 3 })
    return () => context.close()
  })

  /** Nobody was told to log in, whatever else was said. */
  async function allLiveAndNeverRed(): Promise<void> {
    for (const tab of tabs) await live(tab)
    const seen = await shown(tabs)
    expect(seen).not.toContain('expired')
    expect(seen).not.toContain('banner expired')
  }

  test('three tabs renew each of them once, and show nothing of it', async () => {
    await shown(tabs)
    const before = refreshes().length
    await expect.poll(() => refreshes().length, { timeout: 20_000 }).toBeGreaterThan(before + RENEWALS)
    const times = refreshes()
      .slice(before)
      .map(({ from }) => from)
    for (const [n, time] of times.slice(1).entries())
      expect(time - times[n]!, 'between two refreshes').toBeGreaterThan(RENEWED_AFTER_MS)
    expect(await shown(tabs)).toEqual(['live'])
  })

  test('a server that is gone past the end of the token is yellow, and all go on by themselves', async () => {
    await shown(tabs)
    server.cut()
    for (const tab of tabs) await showsBanner(tab, 'offline')
    await endOfToken()
    server.mend()
    await networkIsBack(tabs[0]!.context())
    await allLiveAndNeverRed()
  })

  if (host === 'shared-worker') {
    test('the page of a public network is trouble on the way and no end of the session', async () => {
      await shown(tabs)
      const portal = server.faultWhere(() => true, PORTAL)
      const askedForToken = server.fault('/auth/refresh', PORTAL)
      server.drop()
      for (const tab of tabs) await showsBanner(tab, 'offline')
      await expect
        .poll(() => networkIsBack(tabs[0]!.context()).then(() => askedForToken.met.length), {
          timeout: 10_000,
          interval: 500,
        })
        .toBeGreaterThan(0)
      portal.end()
      askedForToken.end()
      await networkIsBack(tabs[0]!.context())
      await allLiveAndNeverRed()
    })
  } else {
    // Freezing a page stops its own runtime; a SharedWorker is no part of any page.
    test('a machine that slept past the end of the token comes back', async () => {
      await shown(tabs)
      const lids = await Promise.all(tabs.map((tab) => tab.context().newCDPSession(tab)))
      await setAll(lids, 'frozen')
      server.cut()
      await endOfToken()
      await setAll(lids, 'active')
      // The network of a machine that wakes is not there yet.
      server.mend()
      await networkIsBack(tabs[0]!.context())
      await allLiveAndNeverRed()
    })
  }
})

/** What is waited for is the clock itself: a token that was handed out before has run out afterwards. */
const endOfToken = () => new Promise((resolve) => setTimeout(resolve, TOKEN_LIFE_MS))

async function setAll(lids: readonly CDPSession[], state: 'frozen' | 'active'): Promise<void> {
  for (const lid of lids) await lid.send('Page.setWebLifecycleState', { state })
}
