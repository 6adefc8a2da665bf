import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { SubscribeAnswer } from '../../worker/wire/subscribe.ts'
import { createClient } from '../support/http-client.ts'
import { runSources, urlIn } from '../support/source-process.ts'
import { tempFolder } from '../support/temp-folder.ts'

const WITHIN = { timeout: 60_000 }
const LEAVE_AT_ONCE = { DRAIN_MS: '0', RESTART_MS: '0' }

async function start(DATA_DIR: string, env: Record<string, string> = {}) {
  const server = runSources({ DATA_DIR, ...env })
  onTestFinished(async () => {
    server.child.kill('SIGKILL')
    await server.ended
  })
  const url = urlIn(await server.ready)
  const { port } = new URL(url)
  return { ...server, url, port }
}

async function aClient(url: string) {
  const client = await createClient(url, 'owner@acme.test')
  const { accessToken } = client.login
  async function poll(query: string, cursor: string | null = null) {
    const headers = {
      Authorization: `Bearer ${accessToken}`,
      ...(cursor === null ? {} : { 'Rt-Cursor': cursor }),
    }
    const reply = await fetch(`${url}/realtime/subscribe?p=abcdefgh${query}`, { headers })
    return { reply, answer: (await reply.json()) as SubscribeAnswer }
  }
  async function isHeld() {
    await expect
      .poll(async () => {
        const reply = await client.get('/finance/realtime/metrics')
        return ((await reply.json()) as { waiters: { total: number } }).waiters.total
      })
      .toBe(1)
  }
  return { ...client, poll, isHeld }
}

test(
  'SIGTERM lets a held poll end by itself, says 503 to who asks, and closes every connection',
  WITHIN,
  async () => {
    const server = await start(tempFolder(), { LONG_POLL_TIMEOUT_MS: '1500', RESTART_MS: '3000' })
    const client = await aClient(server.url)
    const held = client.poll('')
    await client.isHeld()
    server.child.kill('SIGTERM')
    await expect.poll(() => server.said('The server is leaving.')).toHaveLength(1)
    const ready = await fetch(`${server.url}/readyz`)
    expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close'])
    const rows = await client.get('/api/finance/transactions')
    expect([rows.status, rows.headers.get('connection')]).toEqual([200, 'close'])
    const { reply, answer } = await held
    expect(reply.headers.get('connection')).toBe('close')
    expect(answer).toMatchObject({ outcome: 'timeout', drain: true, retry: { reason: 'drain' } })
    expect(answer.retry.afterMs).toBeGreaterThanOrEqual(3000)
    expect(answer.retry.afterMs).toBeLessThanOrEqual(5000)
    expect(await server.ended).toBe(0)
  },
)

test('Ctrl-C answers held polls at once', WITHIN, async () => {
  const server = await start(tempFolder())
  const client = await aClient(server.url)
  const held = client.poll('')
  await client.isHeld()
  server.child.kill('SIGINT')
  expect((await held).answer).toMatchObject({ outcome: 'drain', drain: true })
  expect(await server.ended).toBe(0)
})

test('a second SIGTERM waits for nobody', WITHIN, async () => {
  const server = await start(tempFolder())
  const client = await aClient(server.url)
  const held = client.poll('').catch(() => 'cut')
  await client.isHeld()
  server.child.kill('SIGTERM')
  await expect
    .poll(async () => {
      server.child.kill('SIGTERM')
      return server.child.exitCode
    })
    .toBe(1)
  expect(await held).toBe('cut')
})

test(
  'after a restart a cursor goes on where it stood; after a crash it is told of a gap',
  WITHIN,
  async () => {
    const folder = tempFolder()
    const first = await start(folder, LEAVE_AT_ONCE)
    const before = await aClient(first.url)
    const { cursor } = (await before.poll('&wait=0')).answer
    const id = randomUUID()
    await before.enter(id, 'Soap')
    first.child.kill('SIGTERM')
    expect(await first.ended).toBe(0)

    const second = await start(folder, { ...LEAVE_AT_ONCE, PORT: first.port })
    expect(second.said('[Snapshot] Feeds go on.')).toMatchObject([{ feeds: 1, events: 1 }])
    const { answer } = await (await aClient(second.url)).poll('&wait=0', cursor)
    expect(answer).toMatchObject({ outcome: 'events', gap: null, events: [{ data: { id } }] })
    second.child.kill('SIGKILL')
    await second.ended

    const third = await start(folder, { ...LEAVE_AT_ONCE, PORT: first.port })
    expect(third.said('[Snapshot] Feeds begin anew.')).toMatchObject([{ why: 'there is none' }])
    const told = (await (await aClient(third.url)).poll('&wait=0', answer.cursor)).answer
    expect(told).toMatchObject({ outcome: 'gap', events: [], gap: { reason: 'epoch' } })
  },
)

test('a torn snapshot starts with one line and an honest gap', WITHIN, async () => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'feeds.snapshot'), '{"v":1,"savedAt":1')
  const server = await start(folder)
  expect(server.said('[Snapshot] Feeds begin anew.')).toMatchObject([{ why: 'it is not whole' }])
  const { answer } = await (await aClient(server.url)).poll('&wait=0', 'elsewhere.4')
  expect(answer.gap).toMatchObject({ reason: 'epoch' })
})

test('a start that fails for its port leaves the snapshot to the next one', WITHIN, async () => {
  const folder = tempFolder()
  const first = await start(folder, LEAVE_AT_ONCE)
  const { cursor } = (await (await aClient(first.url)).poll('&wait=0')).answer
  first.child.kill('SIGTERM')
  expect(await first.ended).toBe(0)

  const other = createServer().listen(Number(first.port), '127.0.0.1')
  await once(other, 'listening')
  const failing = runSources({ DATA_DIR: folder, PORT: first.port })
  expect(await failing.ended).toBe(2)
  other.close()
  await once(other, 'close')

  const next = await start(folder, { ...LEAVE_AT_ONCE, PORT: first.port })
  const { answer } = await (await aClient(next.url)).poll('&wait=0', cursor)
  expect(answer).toMatchObject({ outcome: 'tip', gap: null, cursor })
})
