import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import { createPasswords } from '../../server/session/passwords.ts'
import { seedDemo } from '../../server/store/demo-data.ts'
import { openStore } from '../../server/store/open-store.ts'
import { createTestServer } from '../support/server.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'
import { quantile } from './quantile.ts'

const PATH = '/api/finance/transactions'
const WARM_UP_ROUNDS = 50

const entry = {
  propertyId: 'acme-p1',
  type: 'expense',
  amountMinor: 4250,
  currency: 'USD',
  description: 'Keys cut',
  occurredOn: '2026-01-15',
}

/**
 * What a write costs that is known for ever, beside its replays and the reading of one row: all of it in turn in one run,
 * on the store that comes with the install, durable at every commit, without the network.
 */
export async function writes({ rounds = 1000 }: { rounds?: number }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'standpipe-'))
  const store = await openStore({ databaseUrl: null, dataDir, log: () => {} })
  const clock = createVirtualClock()
  const { hash } = createPasswords({ memoryKib: 8, passes: 1, lanes: 1 })
  await seedDemo({ store, clock, hashPassword: hash })
  const server = await createTestServer({ beside: { store, clock } })
  const { token, user } = await server.login()

  const send = (method: string, path: string, key: string, json: object, rev?: number) =>
    server.request(path, {
      method,
      token,
      json,
      headers: {
        'Idempotency-Key': key,
        'Rt-Actor': user.id,
        ...(rev === undefined ? {} : { 'If-Match': `"${rev}"` }),
      },
    })
  const samples = new Map<string, number[]>()
  async function timed(name: string, status: number, act: () => Promise<Response>): Promise<Response> {
    const begun = performance.now()
    const reply = await act()
    const ms = performance.now() - begun
    if (reply.status !== status) throw new Error(`${name} was answered ${reply.status}.`)
    const times = samples.get(name)
    if (times) times.push(ms)
    else samples.set(name, [ms])
    return reply
  }

  for (let round = 0; round < rounds + WARM_UP_ROUNDS; round += 1) {
    if (round === WARM_UP_ROUNDS) samples.clear()
    const key = randomUUID()
    await timed('GET of one row', 200, () => server.request(`${PATH}?limit=1`, { token }))
    const made = await timed('write: create', 201, () => send('POST', PATH, key, entry))
    const own = `${PATH}/${((await made.json()) as TransactionRow).id}`
    await timed('write: edit', 200, () => send('PATCH', own, randomUUID(), { amountMinor: 2 + round }, 1))
    const text = { description: 'Two keys cut' }
    await timed('write: edit, merged', 200, () => send('PATCH', own, randomUUID(), text, 1))
    await timed('write: edit, refused', 412, () => send('PATCH', own, randomUUID(), { amountMinor: 1 }, 1))
    await timed('replay of the record', 201, () => send('POST', PATH, key, entry))
    await store.db.deleteFrom('idempotency').where('key', '=', key).execute()
    await timed('replay after the record', 201, () => send('POST', PATH, key, entry))
  }

  const [size] = (
    await sql<{ bytes: number }>`
      select avg(length("orgId") + length("userId") + length("mutationId") + length("fingerprint") + length("topic")
        + length("rowId") + length("before") + 12) as bytes from "mutations"`.execute(store.db)
  ).rows
  await server.close()
  await store.close()
  rmSync(dataDir, { recursive: true })

  const median = (name: string) =>
    quantile(
      (samples.get(name) ?? []).map((ms) => ms * 1000),
      0.5,
    )
  const rows = [...samples].map(([name, times]) => ({
    what: name,
    rounds: times.length,
    'p50 µs': median(name),
    'p95 µs': quantile(
      times.map((ms) => ms * 1000),
      0.95,
    ),
    '× GET': (median(name) / median('GET of one row')).toFixed(2),
    '× create': (median(name) / median('write: create')).toFixed(2),
  }))
  const bytes = Math.round(size?.bytes ?? 0)
  return { title: `Writes, each known for ever (${bytes} bytes of it a write, without the index)`, rows }
}
