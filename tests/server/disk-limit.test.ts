import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createClient } from '../support/http-client.ts'
import { runSources, urlIn } from '../support/source-process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { randomUUID } from 'node:crypto'

const WRITES_MAX = 400
const ROOM_BYTES = 64 * 1024

function start(DATA_DIR: string, fileBytesMax?: number) {
  const server = runSources({ DATA_DIR, DRAIN_MS: '0' }, fileBytesMax)
  onTestFinished(async () => {
    server.child.kill('SIGKILL')
    await server.ended
  })
  return server
}

async function ownerAt(server: ReturnType<typeof start>) {
  return createClient(urlIn(await server.ready), 'owner@acme.test')
}

test(
  'a system that lets no file grow refuses writes and nothing else; started with room, what was refused is written',
  { timeout: 60_000 },
  async () => {
    const folder = tempFolder()
    const first = start(folder)
    const login = (await ownerAt(first)).login
    first.child.kill('SIGTERM')
    expect(await first.ended).toBe(0)

    const size = statSync(join(folder, 'standpipe.db')).size
    const full = start(folder, size + ROOM_BYTES)
    const url = urlIn(await full.ready)
    const headers = { Authorization: `Bearer ${login.accessToken}` }
    async function enter(to: string, key: string) {
      return fetch(`${to}/api/finance/transactions`, {
        method: 'POST',
        headers: {
          ...headers,
          'Content-Type': 'application/json',
          'Idempotency-Key': key,
          'Rt-Actor': login.user.id,
        },
        body: JSON.stringify({
          propertyId: login.properties[0]?.id,
          type: 'expense',
          amountMinor: 1250,
          currency: 'USD',
          description: 'Soap',
          occurredOn: new Date().toISOString().slice(0, 10),
        }),
      })
    }
    const keys: string[] = []
    let refused = 0
    for (let n = 0; n < WRITES_MAX && refused < 3; n += 1) {
      const key = randomUUID()
      keys.push(key)
      const reply = await enter(url, key)
      if (reply.status === 503) refused += 1
      else expect(reply.status).toBe(201)
    }
    expect(refused).toBe(3)
    expect((await fetch(`${url}/api/finance/transactions`, { headers })).status).toBe(200)
    full.child.kill('SIGTERM')
    await full.ended

    const roomy = start(folder)
    const owner = await ownerAt(roomy)
    for (const key of keys) expect((await enter(urlIn(await roomy.ready), key)).status).toBe(201)
    const reply = await owner.get('/api/finance/transactions?limit=200')
    const { rows } = (await reply.json()) as { rows: { description: string }[] }
    expect(rows.filter(({ description }) => description === 'Soap')).toHaveLength(Math.min(200, keys.length))
  },
)
