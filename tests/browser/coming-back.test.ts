import type { Browser, BrowserContext, Page } from 'playwright-core'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { enter, launchBrowser, live, openTab, rowOf, signIn } from '../support/browser.ts'
import { startServer, type ServerProcess } from '../support/server-process.ts'
import { createObserver } from '../support/waiters-at-server.ts'

let server: ServerProcess
let browser: Browser
let context: BrowserContext

beforeAll(async () => {
  server = await startServer()
  browser = await launchBrowser({ backForwardCache: true })
  return async () => {
    await browser.close()
    await server.dispose()
  }
})

beforeEach(async () => {
  context = await browser.newContext()
  return () => context.close()
})

async function onePoll(): Promise<void> {
  const observer = await createObserver(server, 'owner@globex.test')
  await expect.poll(() => observer.waiters().then(({ total }) => total)).toBe(1)
}

/** Every host the runtime has: many tabs share one, or each tab has its own and one of them leads. */
const HOSTS = ['shared-worker', 'tab'] as const

async function withHost(host: (typeof HOSTS)[number]): Promise<void> {
  await context.addInitScript(
    (flags) => localStorage.setItem('standpipe:flags', flags),
    JSON.stringify({ 'runtime.host': host }),
  )
}

test.each(HOSTS)('a page one goes back to is live and hears again (%s)', async (host) => {
  await withHost(host)
  const page = await signIn(context, server.url, 'owner@acme.test')
  await mark(page)
  await page.goto('about:blank')
  const other = await openTab(context, server.url)
  await enter(other, { description: `While it was away, ${host}` })
  await rowOf(other, `While it was away, ${host}`).waitFor()
  await back(page)
  await live(page)
  expect(await isMarked(page), 'restored rather than loaded, where the browser keeps pages').toBe(
    await keepsPages(),
  )
  await rowOf(page, `While it was away, ${host}`).waitFor()
  await enter(other, { description: `After it came back, ${host}` })
  await rowOf(page, `After it came back, ${host}`).waitFor()
  await onePoll()
})

test.each(HOSTS)(
  'when the tab that was first is closed, the others stay live on one poll (%s)',
  async (host) => {
    await withHost(host)
    const first = await signIn(context, server.url, 'manager@acme.test')
    const [second, third] = [await openTab(context, server.url), await openTab(context, server.url)]
    await first.close()
    await enter(second, { description: `After the first was closed, ${host}` })
    await rowOf(third, `After the first was closed, ${host}`).waitFor()
    await onePoll()
    await expect.poll(() => stateOf(third)).toBe('live')
  },
)

test('all tabs reloaded at once come back to one poll', async () => {
  const first = await signIn(context, server.url, 'owner@acme.test')
  const tabs = [first, await openTab(context, server.url), await openTab(context, server.url)]
  await Promise.all(tabs.map((tab) => tab.reload()))
  for (const tab of tabs) await live(tab)
  await onePoll()
  await enter(tabs[0]!, { description: 'After all were reloaded' })
  for (const tab of tabs) await rowOf(tab, 'After all were reloaded').waitFor()
})

test('the worker that is killed is built anew, and nothing that happened meanwhile is missing', async () => {
  const page = await signIn(context, server.url, 'owner@acme.test')
  const elsewhere = await browser.newContext()
  const other = await signIn(elsewhere, server.url, 'manager@acme.test')
  await killSharedWorkers(page)
  await enter(other, { description: 'While the worker was dead' })
  await rowOf(page, 'While the worker was dead').waitFor()
  await expect.poll(() => stateOf(page)).toBe('live')
  await elsewhere.close()
})

const mark = (page: Page) => page.evaluate(() => void Object.assign(window, { mark: true }))
const isMarked = (page: Page) => page.evaluate(() => 'mark' in window)
// A restored page does not load: there is no such event to wait for.
const back = (page: Page) => page.goBack({ waitUntil: 'commit' })

/** Whether this browser keeps pages at all: the bare shell that comes with the install does not. */
async function keepsPages(): Promise<boolean> {
  const page = await context.newPage()
  await page.goto(`${server.url}/icon.svg`)
  await mark(page)
  await page.goto('about:blank')
  await back(page)
  return isMarked(page)
}

const stateOf = (page: Page) => page.getByTestId('status').getAttribute('data-state')

/** As the browser's task manager does: the worker gets no chance to say anything. */
async function killSharedWorkers(page: Page): Promise<void> {
  const cdp = await browser.newBrowserCDPSession()
  const { targetInfos } = await cdp.send('Target.getTargets')
  const { targetId } = (await (await page.context().newCDPSession(page)).send('Target.getTargetInfo'))
    .targetInfo
  const own = targetInfos.find((target) => target.targetId === targetId)
  const workers = targetInfos.filter(
    (target) => target.type === 'shared_worker' && target.browserContextId === own?.browserContextId,
  )
  expect(workers).toHaveLength(1)
  for (const worker of workers) await cdp.send('Target.closeTarget', { targetId: worker.targetId })
}
