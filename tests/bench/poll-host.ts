import { systemClock, systemRandom } from '../../server/node-deps.ts'
import { composeServer } from '../../server/compose.ts'
import { readConfig } from '../../server/config.ts'
import { listen } from '../../server/listen.ts'
import { createPasswords } from '../../server/session/passwords.ts'
import { seedDemo } from '../../server/store/demo-data.ts'
import { openStore } from '../../server/store/open-store.ts'
import type { LoginAnswer } from '../../worker/wire/session.ts'
import type { HostAnswer, HostAsk } from './poll-host-process.ts'

/**
 * The real server in a process of its own, without its log: what is measured is the way of a request. Bounds that keep
 * strangers out are lifted, because here one stranger makes all requests.
 */
const { config } = readConfig({
  CALLS_PER_S_PER_SESSION: '100000',
  CALLS_PER_S_PER_ORG: '1000000',
  EVENT_TTL_MS: '600000',
})
const [clock, random, log] = [systemClock, systemRandom, () => {}]
const passwords = createPasswords({ memoryKib: 8, passes: 1, lanes: 1 })
const store = await openStore({ databaseUrl: null, dataDir: ':memory:', log })
await seedDemo({ store, clock, hashPassword: passwords.hash })
const secret = 'a secret that only this bench knows'
const server = composeServer({ config, store, secret, passwords, assets: new Map(), clock, random, log })
const { port } = await listen(server.app, '127.0.0.1', 0)
let serial = 0

async function login(): Promise<LoginAnswer> {
  const reply = await server.app.request('http://localhost/auth/login', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Rt-Client': '1' },
    body: JSON.stringify({ email: 'owner@acme.test', password: 'standpipe-demo' }),
  })
  return (await reply.json()) as LoginAnswer
}

async function publish(count: number, orgId: string, propertyId: string): Promise<void> {
  const events = Array.from({ length: count }, () => ({
    eventId: `bench-${(serial += 1)}`,
    type: 'task.created',
    topic: 'tasks',
    orgId,
    propertyId,
    at: clock.now(),
    data: { text: 'x'.repeat(300) },
  }))
  await server.broker.publish(orgId, events)
}

async function answer(ask: HostAsk): Promise<HostAnswer> {
  if (ask.t === 'login') return { logins: await logins(ask.count) }
  if (ask.t === 'publish') await publish(ask.count, ask.orgId, ask.propertyId)
  const { user, system } = process.cpuUsage()
  return { cpuUs: user + system, held: server.realtime.held() }
}

async function logins(count: number): Promise<LoginAnswer[]> {
  const made: LoginAnswer[] = []
  for (let i = 0; i < count; i += 1) made.push(await login())
  return made
}

process.on('message', (ask: HostAsk) => void answer(ask).then((said) => process.send?.(said)))
process.on('disconnect', () => process.exit(0))
process.send?.({ port })
