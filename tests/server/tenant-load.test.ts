import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TenantRow } from '../../server/ops/tenant-rows.ts'
import { systemClock } from '../../server/node-deps.ts'
import { createAccessTokens } from '../../server/session/access-tokens.ts'
import { createKeyring } from '../../server/session/keys.ts'
import { LIVE_SECRET, startLiveServer, type LiveServer } from '../support/live-server.ts'

const [OPERATOR_KEY, PUBLISH_API_KEY] = ['the key of the operator', 'the key of another server']
/** Per organisation: sessions that hold a poll, and events that other servers publish. */
const LOAD = {
  acme: { polls: 3, events: 4 },
  globex: { polls: 5, events: 2 },
  initech: { polls: 1, events: 12 },
}
type Org = keyof typeof LOAD
const ORGS = Object.keys(LOAD) as Org[]

/** For a state that has to come, on a machine that has other things to do. */
const PATIENCE = { timeout: 25_000 }

let server: LiveServer
const leave = new AbortController()

beforeAll(async () => {
  // Nothing ends or grows old while the test goes on, however slow the machine is.
  const long = { LONG_POLL_TIMEOUT_MS: '120000', EVENT_TTL_MS: '120000' }
  server = await startLiveServer({ OPERATOR_KEY, PUBLISH_API_KEY, MAX_BUFFER_SIZE: '10', ...long })
  const { db } = server.store
  await db.insertInto('orgs').values({ id: 'initech', name: 'Initech', currency: 'USD' }).execute()
  await db
    .insertInto('properties')
    .values({ id: 'initech-p1', orgId: 'initech', name: 'Main Street' })
    .execute()
})
afterAll(async () => {
  leave.abort()
  await server.close()
})

const { sign } = createAccessTokens({ keyring: createKeyring(LIVE_SECRET), clock: systemClock })
const tokenOf = (org: Org, session: number) =>
  sign({
    sub: `user-of-${org}`,
    org,
    sid: `session-${session}-of-${org}`,
    role: 'owner',
    props: [`${org}-p1`],
    ctr: 1,
    exp: Math.floor(Date.now() / 1000) + 600,
  })

const hold = async (org: Org, session: number) =>
  fetch(`${server.url}/realtime/subscribe?p=poller-000${session}&wait=55`, {
    headers: { Authorization: `Bearer ${await tokenOf(org, session)}` },
    signal: leave.signal,
  })

async function publish(orgId: Org): Promise<void> {
  const events = Array.from({ length: LOAD[orgId].events }, (_, n) => ({
    eventId: `${orgId}-${n}`,
    type: 'transaction.updated',
    propertyId: `${orgId}-p1`,
    data: { id: `row-${n}` },
  }))
  const reply = await fetch(`${server.url}/finance/realtime/publish`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${PUBLISH_API_KEY}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ orgId, events }),
  })
  expect(reply.status).toBe(202)
}

async function top(query: string): Promise<{ orgs: number; rows: TenantRow[] }> {
  const headers = { Authorization: `Bearer ${OPERATOR_KEY}` }
  const reply = await fetch(`${server.url}/tenant-metrics?${query}`, { headers })
  expect([reply.status, reply.headers.get('cache-control')]).toEqual([200, 'no-store'])
  return (await reply.json()) as { orgs: number; rows: TenantRow[] }
}

const ranked = async (by: keyof TenantRow, order: string = by) =>
  (await top(`by=${order}&top=3`)).rows.map((row) => [row.org, row[by]])

test('after load from three organisations the operator sees who made which', async () => {
  const polls = ORGS.flatMap((org) =>
    Array.from({ length: LOAD[org].polls }, (_, session) => hold(org, session)),
  )
  await expect.poll(server.realtime.held, PATIENCE).toBe(9)
  // An earlier look may still be told: the next is due within a second.
  await expect
    .poll(() => ranked('waiters'), PATIENCE)
    .toEqual([
      ['globex', 5],
      ['acme', 3],
      ['initech', 1],
    ])

  for (const org of ORGS) await publish(org)
  for (const reply of await Promise.all(polls)) expect(reply.status).toBe(200)
  const published = [
    ['initech', 12],
    ['acme', 4],
    ['globex', 2],
  ]
  await expect.poll(() => ranked('published'), PATIENCE).toEqual(published)
  expect(await ranked('bufferedEvents', 'events')).toEqual([['initech', 10], ...published.slice(1)])
  expect(await ranked('dropped')).toEqual([
    ['initech', 2],
    ['acme', 0],
    ['globex', 0],
  ])
  const { orgs, rows } = await top('by=delivered&top=2')
  expect(orgs).toBe(3)
  expect(rows.map(({ org }) => org)).toEqual(['acme', 'globex'])
  expect(rows.map(({ delivered, polls: answered }) => [delivered, answered])).toEqual([
    [12, 3],
    [10, 5],
  ])
  expect(rows.every(({ waiters, sessions }) => waiters === 0 && sessions === 0)).toBe(true)
})

test('an owner sees the own organisation alone, and a key of another server nothing', async () => {
  const ask = (token: string) =>
    fetch(`${server.url}/tenant-metrics?by=published`, { headers: { Authorization: `Bearer ${token}` } })
  const own = (await (await ask(await tokenOf('acme', 0))).json()) as { rows: TenantRow[] }
  expect(own.rows.map(({ org, published }) => [org, published])).toEqual([['acme', 4]])
  expect((await ask(PUBLISH_API_KEY)).status).toBe(401)
})
