import type { Browser, BrowserContext, Page } from 'playwright-core'
import { FLAGS_STORAGE_KEY } from '../../worker/wire/names.ts'
import type { Host } from '../../worker/wire/port.ts'
import { openTab, PASSWORD, signIn } from './browser.ts'

export const HOSTS: readonly Host[] = ['shared-worker', 'tab']

/** What a page has shown since it was loaded. */
declare global {
  // oxlint-disable-next-line no-var -- the one way to declare a global
  var standpipeSeen: string[] | undefined
}

/** A profile whose runtimes are hosted so, and whose pages write down each banner and state they show. */
export async function newProfile(browser: Browser, host: Host): Promise<BrowserContext> {
  const context = await browser.newContext()
  await context.addInitScript(
    ({ key, flags }) => {
      localStorage.setItem(key, flags)
      const seen: string[] = (globalThis.standpipeSeen = [])
      new MutationObserver(() => {
        const banner = document.querySelector('[data-testid=banner]')?.getAttribute('data-kind')
        const state = document.querySelector('[data-testid=status]')?.getAttribute('data-state')
        for (const word of [banner && `banner ${banner}`, state])
          if (word && !seen.includes(word)) seen.push(word)
      }).observe(document, { subtree: true, childList: true, attributes: true })
    },
    { key: FLAGS_STORAGE_KEY, flags: JSON.stringify({ 'runtime.host': host }) },
  )
  return context
}

/** Several tabs of one login, all live. */
export async function openTabs(
  context: BrowserContext,
  url: string,
  { email, count }: { email: string; count: number },
): Promise<Page[]> {
  const tabs = [await signIn(context, url, email)]
  while (tabs.length < count) tabs.push(await openTab(context, url))
  return tabs
}

/** Everything each page has shown since the last call. */
export async function shown(tabs: readonly Page[]): Promise<string[]> {
  const all = await Promise.all(
    tabs.map((tab) => tab.evaluate(() => (globalThis.standpipeSeen ?? []).splice(0))),
  )
  return [...new Set(all.flat())].toSorted()
}

export const stateOf = (page: Page) => page.getByTestId('status').getAttribute('data-state')

export async function showsBanner(page: Page, kind: 'offline' | 'expired'): Promise<void> {
  await page.locator(`[data-testid=banner][data-kind=${kind}]`).waitFor()
}

/** Logs in again in place, from the banner. */
export async function signInAgain(page: Page): Promise<void> {
  await page.getByTestId('banner-login').click()
  await page.getByTestId('login-password').fill(PASSWORD)
  await page.getByTestId('login-submit').click()
}

export async function signOut(page: Page): Promise<void> {
  await page.getByTestId('person-menu').click()
  await page.getByTestId('logout').click()
}

/** The network goes and comes, as the system tells each page of it. */
export async function networkIsBack(context: BrowserContext): Promise<void> {
  await context.setOffline(true)
  await context.setOffline(false)
}
