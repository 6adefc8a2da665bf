import { randomUUID } from 'node:crypto'
import type { BrowserContext, Page } from 'playwright-core'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import { enter, rowOf, signIn } from './browser.ts'
import type { FaultyServer } from './fault-proxy.ts'
import { createClient } from './http-client.ts'
import type { Fault, Rule } from './faults.ts'

export const itemOf = (page: Page, text: string) => page.getByTestId('outbox-item').filter({ hasText: text })

/** Signs in on a page that can be opened again without the server. */
export async function signInForOffline(context: BrowserContext, url: string, email: string): Promise<Page> {
  const page = await signIn(context, url, email)
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  return page
}

/** By the link of the page itself, which loads nothing. */
export async function goTo(page: Page, name: 'Finance' | 'Tasks' | 'Outbox'): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name }).click()
  await page.getByRole('heading', { level: 1, name }).waitFor()
}

/** Nothing pages write reaches the server; they read on, and other clients write. */
export function holdWrites(server: FaultyServer): Rule {
  return server.faultWhere(
    ({ method, url = '', headers }) =>
      method !== 'GET' && url.startsWith('/api/') && (headers['user-agent'] ?? '').includes('Mozilla'),
    { do: 'reset' },
  )
}

/** The next entry that is sent meets this; what is read meanwhile does not. */
export function refuseNextEntry(server: FaultyServer, fault: Fault): void {
  server.faultWhere(({ method, url }) => method === 'POST' && url === '/api/finance/transactions', fault, 1)
}

/** Enters several, one after the other, and waits until each of them is on the device. */
export async function enterAll(page: Page, descriptions: readonly string[]): Promise<void> {
  for (const description of descriptions) {
    await enter(page, { description })
    await rowOf(page, description).first().waitFor()
  }
}

/** What somebody else sees and does at the server, without a page. */
export interface Colleague {
  /** Every row that says so. */
  rows(description: string): Promise<TransactionRow[]>
  edit(row: TransactionRow, change: Partial<TransactionRow>): Promise<TransactionRow>
  approve(row: TransactionRow): Promise<TransactionRow>
  remove(row: TransactionRow): Promise<void>
}

export async function createColleague(url: string, email: string): Promise<Colleague> {
  const { login, get } = await createClient(url, email)

  async function write(
    row: TransactionRow,
    method: string,
    path = '',
    body?: unknown,
  ): Promise<TransactionRow> {
    const reply = await fetch(`${url}/api/finance/transactions/${row.id}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${login.accessToken}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': randomUUID(),
        'Rt-Actor': login.user.id,
        'If-Match': `"${row.rev}"`,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!reply.ok) throw new Error(`${method} was refused: ${reply.status} ${await reply.text()}`)
    return (await reply.json()) as TransactionRow
  }

  return {
    async rows(description) {
      const reply = await get('/api/finance/transactions?limit=300')
      const { rows } = (await reply.json()) as { rows: TransactionRow[] }
      return rows.filter((row) => row.description.includes(description))
    },
    edit: (row, change) => write(row, 'PATCH', '', change),
    approve: (row) => write(row, 'POST', '/approve'),
    async remove(row) {
      await write(row, 'DELETE')
    },
  }
}
