import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { FLAGS_STORAGE_KEY } from '../../worker/wire/names.ts'
import type { TelemetrySummary } from '../../worker/wire/telemetry.ts'
import { enter, launchBrowser, openTab, rowOf, signIn } from '../support/browser.ts'
import { createClient } from '../support/http-client.ts'
import { startServer, type ServerProcess } from '../support/server-process.ts'

let server: ServerProcess
let browser: Browser
let context: BrowserContext

beforeAll(async () => {
  server = await startServer({ TELEMETRY_SAMPLE_RATE: '0' })
  browser = await launchBrowser()
  return async () => {
    await browser.close()
    await server.dispose()
  }
})

beforeEach(async () => {
  context = await browser.newContext()
  return () => context.close()
})

type Line = Record<string, unknown>
const lines = (msg: string) => server.lines.filter((line) => line.msg === msg) as unknown as Line[]

/** As somebody at this browser says it, before the page attaches. */
async function say(flags: Record<string, unknown>): Promise<void> {
  await context.addInitScript(({ key, text }) => localStorage.setItem(key, text), {
    key: FLAGS_STORAGE_KEY,
    text: JSON.stringify(flags),
  })
}

async function openDetail(page: Page, description: string): Promise<string> {
  await rowOf(page, description).click()
  return (await page.getByTestId('trace-request').first().textContent()) ?? ''
}

test('a click in one tab is found in the server’s log, and from there in the row of another tab', async () => {
  const a = await signIn(context, server.url, 'owner@acme.test')
  const b = await openTab(context, server.url)
  await enter(a, { description: 'Traced through' })
  await rowOf(b, 'Traced through').waitFor()

  const written = () => lines('[Request]').filter((line) => line.method === 'POST' && line.status === 201)
  await expect.poll(() => written().length).toBe(1)
  const [line] = written()
  expect(line).toMatchObject({ path: '/api/finance/transactions' })
  expect(line?.tab).toMatch(/^[\w-]{16}$/)
  expect(line?.eventIds).toHaveLength(1)

  const seen = [await openDetail(a, 'Traced through'), await openDetail(b, 'Traced through')]
  expect(seen).toEqual([line?.requestId, line?.requestId])
  const event = await b.locator('[title^="Event "]').getAttribute('title')
  expect(event).toBe(`Event ${String(line?.eventIds)}`)

  // Another tab is another word in the log, and neither is the tab's own id.
  await enter(b, { description: 'Traced back' })
  await expect.poll(() => written().length).toBe(2)
  expect(written()[1]?.tab).not.toBe(line?.tab)
  expect(written()[1]?.requestId).not.toBe(line?.requestId)
})

test('the request id is copied by keyboard', async () => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url })
  const page = await signIn(context, server.url, 'owner@acme.test')
  await enter(page, { description: 'Copied' })
  const requestId = await openDetail(page, 'Copied')
  await page.getByRole('button', { name: 'Copy the request id' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Copied the request id' }).waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(requestId)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const { violations } = await new AxeBuilder({ page }).include('section[aria-label=Entry]').analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
  }
})

test('what a session noticed is counted for its organisation; the last page hands in what is left, without a token', async () => {
  await say({ 'telemetry.sampleRate': 1 })
  const client = await createClient(server.url, 'owner@globex.test')
  const summary = async () =>
    ((await (await client.get('/telemetry/summary')).json()) as TelemetrySummary).totals
  const page = await signIn(context, server.url, 'staff1@globex.test')
  await expect.poll(() => summary(), { timeout: 15_000 }).toMatchObject({ leader_acquired: 1, network_0: 0 })

  await server.stop('SIGKILL')
  await page.locator('[data-testid=status][data-state=offline]').waitFor()
  await server.restart()
  await page.goto('about:blank')
  const noticed = () => lines('[Telemetry]').filter((line) => line.name === 'network_0')
  await expect.poll(() => noticed().length).toBeGreaterThan(0)
  const handedIn = lines('[Request]').filter((line) => line.path === '/telemetry/client')
  expect(handedIn.at(-1), 'by its pass: no token, so no caller').toMatchObject({ status: 202, userId: null })
  const { tab, engine } = noticed()[0] ?? {}
  expect([tab, engine]).toEqual([expect.stringMatching(/^[\w-]{16}$/), 'chromium'])
  expect(JSON.stringify(lines('[Telemetry]'))).not.toMatch(/eyJ|@|Mozilla|globex/)
})

test('after a logout no telemetry comes', async () => {
  await say({ 'telemetry.sampleRate': 1 })
  const page = await signIn(context, server.url, 'staff1@globex.test')
  await page.getByTestId('person-menu').click()
  const before = server.lines.length
  await page.getByTestId('logout').click()
  await page.getByTestId('login-email').waitFor()
  await page.goto('about:blank')
  await new Promise((resolve) => setTimeout(resolve, 6000))
  const after = server.lines.slice(before) as unknown as Line[]
  expect(
    after.some((line) => line.path === '/auth/logout'),
    'the log was read',
  ).toBe(true)
  expect(after.filter((line) => line.path === '/telemetry/client')).toEqual([])
})

test('flags of this browser are honoured: no banner while offline', async () => {
  await say({ 'banner.enabled': false })
  const page = await signIn(context, server.url, 'staff2@acme.test')
  await server.stop('SIGKILL')
  await page.locator('[data-testid=status][data-state=offline]').waitFor()
  expect(await page.getByTestId('banner').count()).toBe(0)
  await page.evaluate((key) => localStorage.removeItem(key), FLAGS_STORAGE_KEY)
  await server.restart()
})
