import { composeServer, type Server, type Store } from '../../server/compose.ts'
import { readConfig } from '../../server/config.ts'
import type { Clock } from '../../server/deps.ts'
import { listen } from '../../server/listen.ts'
import { systemClock, systemRandom } from '../../server/node-deps.ts'
import { createPasswords } from '../../server/session/passwords.ts'
import { seedDemo } from '../../server/store/demo-data.ts'
import { openStore } from '../../server/store/open-store.ts'

/** The least that argon2 takes. */
const CHEAP = { memoryKib: 8, passes: 1, lanes: 1 }

/** Signs the tokens of the live server, for tests that need more sessions than logins. */
export const LIVE_SECRET = 'a secret of live tests'

/** The real server in this process, on a socket and in real time, with demo data in memory. */
export interface LiveServer extends Server {
  url: string
  store: Store
  close(): Promise<void>
}

export async function startLiveServer(
  env: Record<string, string> = {},
  clock: Clock = systemClock,
): Promise<LiveServer> {
  const { config } = readConfig(env)
  const log = () => {}
  const passwords = createPasswords(CHEAP)
  const store = await openStore({ databaseUrl: null, dataDir: ':memory:', log })
  await seedDemo({ store, clock, hashPassword: passwords.hash })
  const assets = new Map()
  const secret = LIVE_SECRET
  const server = composeServer({ config, store, secret, passwords, assets, clock, random: systemRandom, log })
  const { port, close } = await listen(server.app, '127.0.0.1', 0)
  return {
    ...server,
    store,
    url: `http://127.0.0.1:${port}`,
    async close() {
      await server.realtime.drain({ withinMs: 0, awayMs: 0 })
      await close(0)
      await server.session.settled()
      server.ops.close()
      await server.sweep.close()
      await server.publisher.close()
      server.realtime.close()
      await server.broker.close()
      await store.close()
    },
  }
}
