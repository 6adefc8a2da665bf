import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { launchBrowser, live, openTab, signIn } from '../support/browser.ts'
import { startDeployment, type Deployment } from '../support/deployment.ts'

let deployment: Deployment
let browser: Browser

beforeAll(async () => {
  deployment = await startDeployment()
  browser = await launchBrowser()
  return async () => {
    await browser.close()
    await deployment.process.dispose()
  }
})

const indexFile = () => join(deployment.appFolder, 'index.html')
const deployOf = (page: Page) => page.locator('meta[name=standpipe-deploy]').getAttribute('content')
const kind = (page: Page) => page.getByTestId('banner').getAttribute('data-kind')

/** Another build: its page has another title. */
async function deploy(index: string, variables: Record<string, string> = {}): Promise<void> {
  writeFileSync(indexFile(), index)
  await deployment.process.restart(variables)
}

/** What the page does by itself every half hour. */
const lookForUpdate = (page: Page) =>
  page.evaluate(async () => void (await (await navigator.serviceWorker.getRegistration('/'))?.update()))

async function workerIsThere(page: Page): Promise<void> {
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
}

test('a new build waits until the person agrees, and so does the old one when it is brought back', async () => {
  const context = await browser.newContext()
  const page = await signIn(context, deployment.url, 'owner@acme.test')
  await workerIsThere(page)
  const first = readFileSync(indexFile(), 'utf8')
  const title = await page.title()
  expect(await deployOf(page)).toBe('1')

  await deploy(first.replace('<title>Standpipe</title>', '<title>The next build</title>'))
  await lookForUpdate(page)
  await expect.poll(() => kind(page), { timeout: 15_000 }).toBe('update')
  expect(await deployOf(page), 'nothing is reloaded before').toBe('1')
  await page.getByTestId('banner-reload').click()
  await expect.poll(() => deployOf(page), { timeout: 15_000 }).toBe('2')
  await live(page)

  await deploy(first)
  await lookForUpdate(page)
  await expect.poll(() => kind(page), { timeout: 15_000 }).toBe('update')
  await page.getByTestId('banner-reload').click()
  await expect.poll(() => deployOf(page), { timeout: 15_000 }).toBe('3')
  await live(page)
  expect(await page.title()).toBe(title)
  await context.close()
})

test('a page of a retired build says so, hears nothing more, and a reload brings it back to life', async () => {
  const context = await browser.newContext()
  const page = await signIn(context, deployment.url, 'owner@acme.test')
  await workerIsThere(page)
  const other = await openTab(context, deployment.url)
  const current = Number(await deployOf(page))
  const index = readFileSync(indexFile(), 'utf8')
  await deploy(index.replace('</head>', '<!-- another --></head>'), {
    RETIRE_DEPLOYS_BEFORE: String(current + 1),
  })
  for (const tab of [page, other]) {
    await tab.getByTestId('banner').filter({ hasText: 'out of date' }).waitFor()
    expect(await kind(tab)).toBe('update')
  }
  await page.getByTestId('banner-reload').click()
  await expect.poll(() => deployOf(page), { timeout: 15_000 }).toBe(String(current + 1))
  await live(page)
  await context.close()
})
