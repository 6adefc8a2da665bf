import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { createTestServer, type TestLogin, type TestServer } from '../support/server.ts'

const DESCRIPTION = 'x'.repeat(200)
/** Far more than the free room at the end of the last pages takes. */
const WRITES_MAX = 60

async function aServer() {
  const server = await createTestServer()
  onTestFinished(() => server.close())
  const login = await server.login()
  const { db } = server.store
  /** The file may not grow: what the disk says when it is full, at whatever statement needs the next page. */
  async function fill(): Promise<void> {
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db)
    await sql`pragma max_page_count = ${sql.lit(rows[0]!.page_count)}`.execute(db)
  }
  const makeRoom = () => sql`pragma max_page_count = 1000000`.execute(db)
  return { server, login, fill, makeRoom }
}

function write(server: TestServer, { token, user, properties }: TestLogin, key: string): Promise<Response> {
  return server.request('/api/finance/transactions', {
    method: 'POST',
    token,
    headers: { 'Idempotency-Key': key, 'Rt-Actor': user.id },
    json: {
      propertyId: properties[0]!.id,
      type: 'expense',
      amountMinor: 1250,
      currency: 'USD',
      description: DESCRIPTION,
      occurredOn: '2026-01-15',
    },
  })
}

/** Writes until one is not taken; that one's key. */
async function writeUntilFull(
  server: TestServer,
  login: TestLogin,
): Promise<{ key: string; reply: Response }> {
  for (let n = 0; n < WRITES_MAX; n += 1) {
    const key = randomUUID()
    const reply = await write(server, login, key)
    if (reply.status !== 201) return { key, reply }
  }
  throw new Error('The disk took everything.')
}

/** Rows of each table that a write changes; events told count as well. */
async function countAll({ store, broker }: TestServer): Promise<number[]> {
  const tables = ['transactions', 'mutations', 'idempotency', 'eventOutbox'] as const
  const counts = tables.map((table) =>
    store.db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow(),
  )
  return [...(await Promise.all(counts)).map(({ n }) => n), broker.stats().published]
}

test('a write that the disk has no room for is told to come again, and nothing of it is done', async () => {
  const { server, login, fill } = await aServer()
  await fill()
  const { key, reply } = await writeUntilFull(server, login)
  expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await reply.json()).toMatchObject({ code: 'overloaded' })
  const before = await countAll(server)
  expect((await write(server, login, key)).status).toBe(503)
  expect(await countAll(server)).toEqual(before)
  const [rows, mutations, records, waiting, published] = before
  // What was written before it was full is whole, too.
  expect([records, waiting, published]).toEqual([mutations, 0, mutations])
  expect(rows).toBeGreaterThan(mutations!)
})

test('a full disk is told in the log as what it is', async () => {
  const { server, login, fill } = await aServer()
  await fill()
  await writeUntilFull(server, login)
  const line = server.lines.find(({ level }) => level === 'error')
  expect(line).toMatchObject({ message: 'The store takes nothing.' })
  expect(line?.fields.error).toMatch(/database or disk is full/)
})

test('reads and polls go on while the disk is full, and nobody is signed out', async () => {
  const { server, login, fill } = await aServer()
  const { token } = login
  await fill()
  await writeUntilFull(server, login)
  expect((await server.request('/api/finance/transactions', { token })).status).toBe(200)
  expect((await server.request('/auth/me', { token })).status).toBe(200)
  expect((await server.request('/readyz')).status).toBe(200)
  const poll = await server.request('/realtime/subscribe?p=abcdefgh&wait=0', { token })
  expect(await poll.json()).toMatchObject({ outcome: 'tip' })
  const refresh = await server.request('/auth/refresh', {
    method: 'POST',
    cookie: login.cookie,
    headers: { 'Rt-Client': '1', Origin: 'http://localhost:4000' },
    json: { sh: login.sh },
  })
  expect([200, 503]).toContain(refresh.status)
})

test('with room again the same write is applied, once', async () => {
  const { server, login, fill, makeRoom } = await aServer()
  await fill()
  const { key } = await writeUntilFull(server, login)
  await makeRoom()
  const before = await countAll(server)
  const first = await write(server, login, key)
  const again = await write(server, login, key)
  expect([first.status, again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 201, 'true'])
  const after = await countAll(server)
  expect(after.map((count, index) => count - before[index]!)).toEqual([1, 1, 1, 0, 1])
})
