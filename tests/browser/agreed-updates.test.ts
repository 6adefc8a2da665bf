import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { violations } from '../support/axe.ts'
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

const deployOf = (page: Page) => page.locator('meta[name=standpipe-deploy]').getAttribute('content')
const banner = (page: Page) => page.getByTestId('banner')

test('agreed in one tab, the others follow: a correction is finished first, half-filled forms are there again', async () => {
  const context = await browser.newContext({ reducedMotion: 'reduce' })
  const first = await signIn(context, deployment.url, 'owner@acme.test')
  await first.evaluate(async () => void (await navigator.serviceWorker.ready))
  await first.close()
  // Three tabs that the worker serves.
  const [entering, correcting] = await Promise.all([
    openTab(context, deployment.url),
    openTab(context, deployment.url),
  ])
  const tasks = await context.newPage()
  await tasks.goto(`${deployment.url}/tasks`)
  await tasks.locator('[data-task-tick]').first().waitFor()

  await entering.getByTestId('transaction-form').locator('[name=description]').fill('Half an entry')
  await tasks.getByTestId('task-form').locator('[name=title]').fill('Half a task')
  await correcting.locator('[data-testid=transaction-row]').filter({ hasText: 'Pending' }).first().click()
  await correcting.getByRole('button', { name: 'Edit' }).click()
  const form = correcting.getByTestId('edit-form')
  await form.locator('[name=description]').fill('Corrected before the reload')
  const before = await deployOf(entering)

  const index = join(deployment.appFolder, 'index.html')
  writeFileSync(index, readFileSync(index, 'utf8').replace('</head>', '<!-- another --></head>'))
  await deployment.process.restart()
  await entering.evaluate(async () => {
    await (await navigator.serviceWorker.getRegistration('/'))?.update()
  })
  for (const tab of [entering, correcting, tasks])
    await banner(tab).filter({ hasText: 'A new version is ready.' }).waitFor()
  expect(await violations(entering)).toEqual([])

  await banner(entering).getByTestId('banner-reload').click()
  for (const tab of [entering, tasks])
    await expect.poll(() => deployOf(tab), { timeout: 15_000 }).not.toBe(before)
  expect(await entering.getByTestId('transaction-form').locator('[name=description]').inputValue()).toBe(
    'Half an entry',
  )
  expect(await tasks.getByTestId('task-form').locator('[name=title]').inputValue()).toBe('Half a task')

  await banner(correcting).filter({ hasText: 'once the form you have open is saved or closed.' }).waitFor()
  expect(await correcting.getByTestId('banner-reload').count()).toBe(0)
  expect(await violations(correcting)).toEqual([])
  if (process.env.SHOTS) await correcting.screenshot({ path: `${process.env.SHOTS}/update-waits.png` })
  expect(await deployOf(correcting)).toBe(before)

  // A part that the old page has not loaded yet is still there for it, whatever the new worker keeps.
  const [part] = await correcting.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .filter((name) => name.includes('/assets/') && name.endsWith('.js')),
  )
  expect(
    await correcting.evaluate((url) => fetch(url!, { cache: 'reload' }).then(({ ok }) => ok), part),
  ).toBe(true)

  await form.getByTestId('form-submit').click()
  await expect.poll(() => deployOf(correcting), { timeout: 15_000 }).not.toBe(before)
  await live(correcting)
  await correcting.getByTestId('transaction-row').filter({ hasText: 'Corrected before the reload' }).waitFor()
  await context.close()
})
