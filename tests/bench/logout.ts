import type { Page } from 'playwright-core'
import { launchBrowser, live, openTab, PASSWORD, signIn } from '../support/browser.ts'
import { BAD_AUTHORIZATION } from '../support/authorization.ts'
import type { Exchange } from '../support/request-watch.ts'
import { HOSTS, newProfile } from '../support/tabs.ts'
import { startWatchedServer } from '../support/watched-server.ts'
import type { Host } from '../../worker/wire/port.ts'
import { quantile } from './quantile.ts'

const TABS = 20
/** A request that comes this long after the click would come of something that should have been stopped. */
const QUIET_MS = 3000

/** From the click on "Log out" in one of twenty tabs to the last that the server hears of the session. */
export async function logout({ logouts = 20 }: { logouts?: number }) {
  const rows = []
  for (const host of HOSTS) rows.push(await watch(host, logouts))
  return { title: `Logout with ${TABS} tabs, ${logouts} times: from the click, in ms`, rows }
}

async function watch(host: Host, logouts: number) {
  const server = await startWatchedServer()
  const browser = await launchBrowser()
  const context = await newProfile(browser, host)
  const tabs = [await signIn(context, server.url, 'owner@acme.test')]
  while (tabs.length < TABS) tabs.push(await openTab(context, server.url))
  const last: number[] = []
  const told: number[] = []
  const pollEnds: number[] = []
  const after: string[] = []
  for (let n = 0; n < logouts; n += 1) {
    if (n > 0) await signInAll(tabs)
    const clickedAt = await clickLogout(tabs[(n * 7) % TABS]!)
    await Promise.all(tabs.map((tab) => tab.getByTestId('login-email').waitFor()))
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS))
    const requests = server.requests()
    const since = requests.filter(({ from }) => from >= clickedAt)
    const out = since.find(({ url }) => url === '/auth/logout')
    const ofSession = since.filter(({ url }) => url !== '/auth/logout' && isOfSession(url))
    if (!out) throw new Error('The server was not told of the logout.')
    last.push(Math.max(0, ...ofSession.map(({ from }) => from - clickedAt)))
    told.push(out.from - clickedAt)
    const held = server.polls().filter(({ from, to }) => from < clickedAt && (to === null || to >= clickedAt))
    for (const { to } of held) pollEnds.push((to ?? Infinity) - clickedAt)
    after.push(...ofSession.filter(({ from }) => from > out.from).map(nameOf))
  }
  const row = {
    host,
    'last request p50': quantile(last, 0.5),
    'last request p99': quantile(last, 0.99),
    'poll over p50': quantile(pollEnds, 0.5),
    'poll over p99': quantile(pollEnds, 0.99),
    'server told p50': quantile(told, 0.5),
    'server told p99': quantile(told, 0.99),
    'requests after the logout': after.length,
    which: [...new Set(after)].join(', '),
    'jwt malformed': server.process.lines.filter(({ msg }) => msg === BAD_AUTHORIZATION).length,
  }
  await browser.close()
  await server.process.dispose()
  return row
}

/** What a runtime asks; a new page of the login fetches its files. */
const isOfSession = (url: string) => /^\/(auth|api|realtime|finance|tasks|telemetry|config)\//.test(url)
const nameOf = ({ method, url }: Exchange) => `${method} ${url.split('?', 1)[0]}`

/** Resolves to the moment of the click, wall-clock ms, as the page had it. */
async function clickLogout(tab: Page): Promise<number> {
  await tab.getByTestId('person-menu').click()
  return tab.getByTestId('logout').evaluate((item) => {
    const at = Date.now()
    ;(item as HTMLElement).click()
    return at
  })
}

async function signInAll(tabs: readonly Page[]): Promise<void> {
  const [tab] = tabs as [Page]
  await tab.getByTestId('login-email').fill('owner@acme.test')
  await tab.getByTestId('login-password').fill(PASSWORD)
  await tab.getByTestId('login-submit').click()
  await Promise.all(tabs.map(live))
}
