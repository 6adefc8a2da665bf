import { randomUUID } from 'node:crypto'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import type { LoginAnswer } from '../../worker/wire/session.ts'
import { PASSWORD } from './browser.ts'

/** Somebody who writes without a page, over HTTP. */
export interface HttpClient {
  login: LoginAnswer
  get(path: string): Promise<Response>
  /** Enters a transaction dated today; resolves to the server's clock when it was applied. */
  enter(id: string, description: string): Promise<number>
}

export async function createClient(url: string, email: string): Promise<HttpClient> {
  const json = { 'Content-Type': 'application/json' }
  const reply = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { ...json, 'Rt-Client': '1' },
    body: JSON.stringify({ email, password: PASSWORD }),
  })
  if (!reply.ok) throw new Error(`${email} could not sign in: ${reply.status}`)
  const login = (await reply.json()) as LoginAnswer
  const headers = { Authorization: `Bearer ${login.accessToken}` }
  return {
    login,
    get: (path) => fetch(url + path, { headers }),
    async enter(id, description) {
      const [property] = login.properties
      const written = await fetch(`${url}/api/finance/transactions`, {
        method: 'POST',
        headers: { ...headers, ...json, 'Idempotency-Key': randomUUID(), 'Rt-Actor': login.user.id },
        body: JSON.stringify({
          id,
          propertyId: property?.id,
          type: 'expense',
          amountMinor: 1250,
          currency: 'USD',
          description,
          occurredOn: new Date().toISOString().slice(0, 10),
        }),
      })
      if (!written.ok) throw new Error(`the entry was refused: ${written.status} ${await written.text()}`)
      return ((await written.json()) as TransactionRow).updatedAt
    },
  }
}
