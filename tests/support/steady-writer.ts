import { randomUUID } from 'node:crypto'
import { request, type Agent } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import type { LoginAnswer } from '../../worker/wire/session.ts'

export interface SteadyWriter {
  /** What the server said it has: by the description, which is each write's own, the property. */
  written: Map<string, string>
  /** Answers that were neither a success nor an `in_progress`. */
  refused: string[]
  /** Tries nobody answered, each followed by another with the same key. */
  unanswered: string[]
  write(propertyId: string): Promise<void>
}

const RETRY_MS = 100

/** Which write an event or a row is of. */
export const writeOf = ({ data }: { data: unknown }) => (data as { description: string }).description

/** Somebody who writes, and says each write again under its key until it is answered. */
export function createSteadyWriter(options: { url: string; login: LoginAnswer; agent: Agent }): SteadyWriter {
  const { url, login, agent } = options
  const written: SteadyWriter['written'] = new Map()
  const refused: string[] = []
  const unanswered: string[] = []

  function post(key: string, body: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const headers = {
        'Content-Type': 'application/json',
        Authorization: `Bearer ${login.accessToken}`,
        'Idempotency-Key': key,
        'Rt-Actor': login.user.id,
      }
      const sent = request(`${url}/api/finance/transactions`, { method: 'POST', agent, headers })
      sent.once('error', reject)
      sent.once('response', (reply) => {
        text(reply).then((answer) => resolve({ status: reply.statusCode ?? 0, body: answer }), reject)
      })
      sent.end(body)
    })
  }

  return {
    written,
    refused,
    unanswered,
    async write(propertyId) {
      const key = randomUUID()
      const description = `Soap ${key}`
      // The server names the row: one that is applied twice is there twice.
      const body = JSON.stringify({
        propertyId,
        type: 'expense',
        amountMinor: 1250,
        currency: login.org.id === 'acme' ? 'USD' : 'EUR',
        description,
        occurredOn: new Date().toISOString().slice(0, 10),
      })
      for (;;) {
        try {
          const { status, body: said } = await post(key, body)
          if (status === 201) return void written.set(description, propertyId)
          if (status !== 409) refused.push(`${status} ${said}`)
        } catch (error) {
          unanswered.push(error instanceof Error && 'code' in error ? String(error.code) : String(error))
        }
        await pause(RETRY_MS)
      }
    },
  }
}
