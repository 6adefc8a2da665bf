import type { BrowserContext } from 'playwright-core'
import { KEEP_AFTER_MS } from '../../app/pwa/kept-cache.ts'
import { openTab, signIn } from './browser.ts'

/** The end of a day's work in a profile of its own: signed in, everything looked at and kept, the browser closed. */
export async function evening(context: BrowserContext, url: string): Promise<void> {
  const first = await signIn(context, url, 'owner@acme.test')
  await first.evaluate(() => navigator.serviceWorker.ready.then(() => null))
  const page = await openTab(context, url)
  await page.getByTestId('profit-loss-net').filter({ hasText: /\d/ }).waitFor()
  await page.getByRole('link', { name: 'Tasks' }).first().click()
  await page.locator('[data-task-tick]').first().waitFor()
  await page.waitForTimeout(KEEP_AFTER_MS + 500)
  await context.close()
}
