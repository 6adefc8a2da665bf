import { FLAGS_STORAGE_KEY } from '../../worker/wire/names.ts'
import type { Host, RuntimeRole } from '../../worker/wire/port.ts'
import { PASSWORD } from './browser.ts'
import type { EngineTab } from './engine.ts'
import type { Spied } from './runtime-spy.ts'

const WITHIN_MS = 20_000
const LOOK_MS = 50

/** A page of the app in any engine: what a person sees and does in it. */
export interface LedgerTab extends EngineTab {
  signIn(email: string): Promise<void>
  /** Loads the ledger with a session that is there already. */
  open(): Promise<void>
  /** Waits for a live ledger with rows. */
  live(): Promise<void>
  phase(): Promise<string | null>
  /** Enters an expense by the form. */
  enter(description: string): Promise<void>
  /** How many rows say so. */
  rows(description: string): Promise<number>
  signOut(): Promise<void>
  path(): Promise<string>
  /** Read off the port, or off the page's inspector where nothing can listen there; null while there is none. */
  runtime(): Promise<Spied | null>
}

/** The host is chosen when a page attaches, so the flag is written by a page of the origin that has no runtime. */
export async function openLedgerTab(tab: EngineTab, url: string, host: Host): Promise<LedgerTab> {
  await tab.goto(`${url}/icon.svg`)
  const flags = JSON.stringify({ 'runtime.host': host })
  await tab.evaluate(({ key, flags }) => localStorage.setItem(key, flags), { key: FLAGS_STORAGE_KEY, flags })

  async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const giveUpAt = Date.now() + WITHIN_MS
    while (!(await isSo())) {
      if (Date.now() > giveUpAt) throw new Error(`Waited ${WITHIN_MS} ms for ${what}; ${await looks()}`)
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
  }

  const looks = () =>
    tab.evaluate(() => {
      const state = document.querySelector('[data-testid=status]')?.getAttribute('data-state')
      return `the page is at ${location.pathname}, ${document.visibilityState}, ${state ?? 'without a status'}`
    }, null)

  const has = (selector: string) => tab.evaluate((all) => document.querySelector(all) !== null, selector)

  async function click(selector: string): Promise<void> {
    await until(selector, () => has(selector))
    await tab.evaluate((one) => document.querySelector<HTMLElement>(one)?.click(), selector)
  }

  /** As typing does: React hears only of a value that was set behind its back. */
  async function type(selector: string, value: string): Promise<void> {
    await until(selector, () => has(selector))
    await tab.evaluate(
      ({ selector, value }) => {
        const input = document.querySelector<HTMLInputElement>(selector)
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, value)
        input?.dispatchEvent(new Event('input', { bubbles: true }))
      },
      { selector, value },
    )
  }

  const live = () =>
    until('a live ledger', () => has('[data-testid=status][data-state=live]')).then(() =>
      until('a row', () => has('[data-testid=transaction-row]')),
    )

  return {
    ...tab,
    live,
    async signIn(email) {
      await tab.goto(`${url}/login`)
      await type('[data-testid=login-email]', email)
      await type('[data-testid=login-password]', PASSWORD)
      await click('[data-testid=login-submit]')
      await live()
    },
    async open() {
      await tab.goto(`${url}/finance`)
      await live()
    },
    phase: () =>
      tab.evaluate(
        () => document.querySelector('[data-testid=status]')?.getAttribute('data-state') ?? null,
        null,
      ),
    async enter(description) {
      const form = '[data-testid=transaction-form]'
      await type(`${form} [name=amount]`, '12.50')
      await type(`${form} [name=description]`, description)
      await click('[data-testid=form-submit]')
    },
    rows: (description) =>
      tab.evaluate(
        (text) =>
          [...document.querySelectorAll('[data-testid=transaction-row]')].filter((row) =>
            row.textContent.includes(text),
          ).length,
        description,
      ),
    async signOut() {
      await click('[data-testid=person-menu]')
      await click('[data-testid=logout]')
    },
    path: () => tab.evaluate(() => location.pathname, null),
    async runtime() {
      const spied = await tab.evaluate(() => globalThis.standpipeSpy ?? null, null)
      if (spied || !(await has('[data-testid=status]'))) return spied
      const inspector = '[data-testid=inspector-role]'
      if (!(await has(inspector))) {
        await click('[data-testid=status]')
        await click('[data-testid=inspector-toggle]')
        await until('the inspector', () => has(inspector))
      }
      return { ...(await tab.evaluate(readInspector, null)), madeAt: Infinity, events: {} }
    },
  }
}

/** Runs in the page. */
function readInspector(): Pick<Spied, 'instanceId' | 'build' | 'host' | 'role'> {
  const told: Record<string, string> = {}
  for (const name of document.querySelectorAll('dt'))
    told[name.textContent] = name.nextElementSibling?.textContent ?? ''
  const { Runtime = '', Build = '', Host: host, Role: role } = told
  return { instanceId: Runtime, build: Build, host: host as Host, role: role as RuntimeRole }
}
