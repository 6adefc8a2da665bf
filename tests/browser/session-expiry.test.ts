import type { Browser, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Host } from '../../worker/wire/port.ts'
import { enter, launchBrowser, live, rowOf } from '../support/browser.ts'
import { pathOf, startFaultyServer, type FaultyServer } from '../support/fault-proxy.ts'
import { refusal } from '../support/faults.ts'
import { HOSTS, networkIsBack, newProfile, openTabs, shown } from '../support/tabs.ts'
import { createWornTokens, type WornTokens } from '../support/worn-tokens.ts'

let server: FaultyServer
let browser: Browser
let tokens: WornTokens

beforeAll(async () => {
  server = await startFaultyServer()
  tokens = createWornTokens(server)
  browser = await launchBrowser()
  return async () => {
    await browser.close()
    await server.dispose()
  }
})

const requests = (path: string) => server.requests().filter(({ url }) => pathOf(url) === path)
const refreshes = () => requests('/auth/refresh')

async function settled(page: Page, description: string): Promise<void> {
  await rowOf(page, description).and(page.locator('[data-state=settled]')).waitFor()
}

/** The same tabs for a group of tests. */
function openBefore(host: Host, profile: { email: string; count: number }): { tabs: Page[] } {
  const opened: { tabs: Page[] } = { tabs: [] }
  beforeAll(async () => {
    const context = await newProfile(browser, host)
    opened.tabs = await openTabs(context, server.url, profile)
    return () => context.close()
  })
  return opened
}

describe.each(HOSTS)('a token that runs out (%s)', (host) => {
  const opened = openBefore(host, { email: 'owner@acme.test', count: 4 })

  test('in four tabs at once is renewed once, and nobody sees anything of it', async () => {
    const { tabs } = opened
    const before = refreshes().length
    await shown(tabs)
    tokens.wear()
    await Promise.all(tabs.map((tab, n) => enter(tab, { description: `Worn in ${host}, tab ${n}` })))
    for (const [n, tab] of tabs.entries()) await settled(tab, `Worn in ${host}, tab ${n}`)
    expect(tokens.refused(), 'nobody met the end of it').toBeGreaterThan(0)
    expect(refreshes().length - before).toBe(1)
    expect(await shown(tabs)).toEqual(['live'])
  })

  test('and whose renewal is answered into the void logs nobody out', async () => {
    const { tabs } = opened
    const before = refreshes().length
    await shown(tabs)
    const lost = server.fault('/auth/refresh', { do: 'lose-reply' }, 1)
    tokens.wear()
    await enter(tabs[0]!, { description: `Sent on a train, ${host}` })
    await settled(tabs[0]!, `Sent on a train, ${host}`)
    for (const tab of tabs) await live(tab)
    expect(lost.served(), 'the server had renewed it').toBe(1)
    expect(
      refreshes()
        .slice(before)
        .map(({ status }) => status),
    ).toEqual([200, 200])
    expect(await shown(tabs)).not.toContain('expired')
  })
})

describe('a server in trouble that names a time', () => {
  const opened = openBefore('shared-worker', { email: 'owner@globex.test', count: 1 })
  const TROUBLES = [
    [429, 'rate_limited'],
    [503, 'overloaded'],
  ] as const
  const askAgain = (status: number, code: string) => refusal(status, code, { 'Retry-After': '2' })

  test.each(TROUBLES)(
    '(%i) is not asked for a token before, and the session goes on',
    async (status, code) => {
      const [page] = opened.tabs
      const refused = server.fault('/auth/refresh', askAgain(status, code), 1)
      await shown([page!])
      tokens.wear()
      await enter(page!, { description: `Token refused, ${status}` })
      await settled(page!, `Token refused, ${status}`)
      await live(page!)
      expect(refreshes().at(-1)!.from - refused.met[0]!).toBeGreaterThanOrEqual(2000)
      expect(await shown([page!])).not.toContain('expired')
    },
  )

  test.each(TROUBLES)('(%i) is not polled before, even when the network comes back', async (status, code) => {
    const [page] = opened.tabs
    const refused = server.fault('/realtime/subscribe', askAgain(status, code), 1)
    await enter(page!, { description: `Poll refused, ${status}` })
    await page!.locator('[data-testid=status][data-state=degraded]').waitFor()
    await networkIsBack(page!.context())
    await live(page!)
    const next = server.polls().find(({ from }) => from > refused.met[0]!)
    expect(next!.from - refused.met[0]!).toBeGreaterThanOrEqual(2000)
  })
})
