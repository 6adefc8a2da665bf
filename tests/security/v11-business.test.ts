import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import { listen } from '../../server/listen.ts'
import { problemOf } from '../support/auth-client.ts'
import { createDomainWorld, type DomainWorld, type Member } from '../support/domain-world.ts'

const LEDGER = '/api/finance/transactions'
const entry = {
  propertyId: 'acme-p1',
  type: 'expense',
  amountMinor: 100,
  currency: 'USD',
  description: 'Stamps',
  occurredOn: '2026-01-15',
}
let world: DomainWorld
let owner: Member
beforeAll(async () => {
  world = await createDomainWorld()
  owner = await world.member('owner@acme.test')
})
afterAll(() => world.close())

const rowOf = async (reply: Response) => (await reply.json()) as TransactionRow

test('V11.1.1 steps cannot be taken out of order: what was decided is neither edited, removed nor decided again', async () => {
  const { id } = await rowOf(await owner.write('POST', LEDGER, { json: entry }))
  await owner.write('POST', `${LEDGER}/${id}/approve`, { rev: 1 })
  for (const [method, path, init] of [
    ['PATCH', '', { rev: 2, json: { amountMinor: 1 } }],
    ['DELETE', '', { rev: 2 }],
    ['POST', '/reject', { rev: 2 }],
  ] as const)
    expect(await problemOf(await owner.write(method, `${LEDGER}/${id}${path}`, init))).toBe(
      '409 invalid_state',
    )
})

test('V11.1.4 one session that calls without end is stopped, and told for how long', async () => {
  const { token } = await world.server.login()
  const statuses = new Set<number>()
  for (let n = 0; n < 2100; n += 1)
    statuses.add((await world.server.request('/config/client', { token })).status)
  expect(statuses).toEqual(new Set([200, 429]))
})

test('V11.1.6 twenty approvals at the same moment are one', async () => {
  const { id } = await rowOf(await owner.write('POST', LEDGER, { json: entry }))
  const at = Array.from({ length: 20 }, () => owner.write('POST', `${LEDGER}/${id}/approve`, { rev: 1 }))
  const statuses = (await Promise.all(at)).map(({ status }) => status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(1)
})

/** Sends the bytes, then nothing; resolves to what came back until the connection ended, and after how long. */
function trickle(
  port: number,
  bytes: string,
  everyMs?: number,
): Promise<{ answer: string; afterMs: number }> {
  const since = performance.now()
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    const drip = setInterval(() => everyMs !== undefined && socket.write('X-A: b\r\n'), everyMs ?? 1000)
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
    socket.on('error', () => {})
    socket.on('close', () => {
      clearInterval(drip)
      resolve({ answer, afterMs: performance.now() - since })
    })
  })
}

test('V11.1.4 requests that never end are cut, and held polls and idle connections are not', async () => {
  const patience = { headersMs: 300, requestMs: 600, lookMs: 50 }
  const { port, close } = await listen(world.server.app, '127.0.0.1', 0, { patience, connectionsMax: 50 })
  const { token } = await world.server.login()
  const poll = fetch(`http://127.0.0.1:${port}/realtime/subscribe?p=poller-0001`, {
    headers: { Authorization: `Bearer ${token}` },
  })
  const idle = connect(port, '127.0.0.1')
  const heard: string[] = []
  idle.on('data', (chunk: Buffer) => heard.push(chunk.toString()))
  const alive = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'
  idle.write(alive)
  const slow = await Promise.all([
    trickle(port, 'GET /healthz HTTP/1.1\r\nHost: a\r\n', 60),
    trickle(
      port,
      'POST /auth/login HTTP/1.1\r\nHost: a\r\nRt-Client: 1\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{',
    ),
    trickle(port, ''),
  ])
  // Each was let go by its own bound, far below what a test waits for.
  for (const { afterMs } of slow) expect(afterMs).toBeLessThan(4000)
  // Of the silent one alone: bytes that cross the last answer may make the system drop it.
  expect(slow[2].answer).toContain('too slowly')
  idle.write(alive)
  await expect.poll(() => heard.join('').split('"alive"').length).toBe(3)
  await world.server.clock.advance(30_000)
  expect(await (await poll).json()).toMatchObject({ outcome: 'timeout' })
  idle.destroy()
  await close(0)
}, 15_000)

test('V11.1.4 connections past their bound are refused, and those that are open go on', async () => {
  const { port, close } = await listen(world.server.app, '127.0.0.1', 0, { connectionsMax: 2 })
  const sockets = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
  const { answer } = await trickle(port, 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')
  expect(answer).toBe('')
  const [first] = sockets
  const told = new Promise<string>((resolve) =>
    first?.once('data', (chunk: Buffer) => resolve(chunk.toString())),
  )
  first?.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')
  expect(await told).toContain('200 OK')
  for (const socket of sockets) socket.destroy()
  await close(0)
})
