import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { findChromium } from './find-chromium.ts'

export const PASSWORD = 'standpipe-demo'

/**
 * One Chromium for a file of tests; every context in it is a browser profile of its own. With `backForwardCache` pages are
 * kept as people's browsers keep them: the driver switches that off by default.
 */
export async function launchBrowser({ backForwardCache = false } = {}): Promise<Browser> {
  const { executablePath } = await findChromium()
  const ignoreDefaultArgs = backForwardCache ? ['--disable-back-forward-cache'] : []
  return chromium.launch({ executablePath, ignoreDefaultArgs })
}

/** Signs in by the page, as a person does, and waits for the ledger to be live. */
export async function signIn(context: BrowserContext, url: string, email: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${url}/login`)
  await page.getByTestId('login-email').fill(email)
  await page.getByTestId('login-password').fill(PASSWORD)
  await page.getByTestId('login-submit').click()
  await live(page)
  return page
}

/** Another tab of the same profile: it finds the session without signing in. */
export async function openTab(context: BrowserContext, url: string, path = '/finance'): Promise<Page> {
  const page = await context.newPage()
  await page.goto(url + path)
  await live(page)
  return page
}

export async function live(page: Page): Promise<void> {
  await page.locator('[data-testid=status][data-state=live]').waitFor()
  await page.getByTestId('transaction-row').first().waitFor()
}

export interface Entry {
  description: string
  amount?: string
  type?: 'revenue' | 'expense'
}

/** Enters a transaction by the form, dated today, on the first property offered. */
export async function enter(
  page: Page,
  { description, amount = '12.50', type = 'expense' }: Entry,
): Promise<void> {
  const form = page.getByTestId('transaction-form')
  await form.locator('[name=type]').selectOption(type)
  await form.locator('[name=amount]').fill(amount)
  await form.locator('[name=description]').fill(description)
  await page.getByTestId('form-submit').click()
}

export const rowOf = (page: Page, description: string) =>
  page.getByTestId('transaction-row').filter({ hasText: description })
