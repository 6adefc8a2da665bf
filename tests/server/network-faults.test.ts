import { Agent } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { createFastClock } from '../support/fast-clock.ts'
import { createFetchHttp } from '../support/fetch-http.ts'
import { createClient } from '../support/http-client.ts'
import { startLiveServer } from '../support/live-server.ts'
import { startPlainPoller } from '../support/plain-poller.ts'
import { createRuntimeRig } from '../support/runtime-rig.ts'
import { DEMO_PASSWORD } from '../support/server.ts'
import { createSteadyWriter, writeOf } from '../support/steady-writer.ts'
import { startTcpFaultProxy, type TcpFault } from '../support/tcp-fault-proxy.ts'

const FAULTS = [
  'reset',
  'lose-reply',
  'cut-after-headers',
  'half-body',
  'stall',
  'duplicate',
  'reorder',
] as const satisfies readonly TcpFault[]

/** The runtime's waits of seconds pass in fractions of one. */
const SPEED = 20
const HOLD_MS = 1000
const WRITES = 8
const WRITE_EVERY_MS = 100
const HEARD_WITHIN_MS = 20_000
/** The runtime gives a poll up after 35 s. */
const WATCHDOG_MS = 35_000 / SPEED

const isPoll = (head: string) => head.startsWith('GET /realtime/subscribe')

/** A server, and a network on which every second of the requests meant meets the fault. */
async function aNetwork(fault: TcpFault, isMeant: (head: string) => boolean) {
  const server = await startLiveServer({ LONG_POLL_TIMEOUT_MS: String(HOLD_MS) })
  let seen = 0
  const proxy = await startTcpFaultProxy(server.url, (head) =>
    isMeant(head) && (seen += 1) % 2 === 0 ? fault : null,
  )
  const agent = new Agent({ keepAlive: true })
  onTestFinished(async () => {
    agent.destroy()
    await proxy.close()
    await server.close()
  })
  const owner = await createClient(server.url, 'owner@acme.test')
  return { server, proxy, agent, owner }
}

async function writeAll({ server, agent, owner }: Awaited<ReturnType<typeof aNetwork>>, url = server.url) {
  const writer = createSteadyWriter({ url, login: owner.login, agent })
  for (let n = 0; n < WRITES; n += 1) {
    await writer.write(owner.login.properties[0]!.id)
    await pause(WRITE_EVERY_MS)
  }
  return writer
}

const heard = { timeout: HEARD_WITHIN_MS, interval: 20 }

test.each(FAULTS)(
  '%s: a poll client that follows the protocol hears every event, once and in order',
  async (fault) => {
    const world = await aNetwork(fault, isPoll)
    const { proxy, agent } = world
    const { login } = await createClient(world.server.url, 'manager@acme.test')
    const poller = startPlainPoller({
      url: proxy.url,
      token: login.accessToken,
      pollerId: 'plain-poller',
      agent,
      watchdogMs: WATCHDOG_MS,
    })
    onTestFinished(() => poller.stop())
    await poller.begun
    const { written } = await writeAll(world)
    proxy.mend()
    await expect.poll(() => poller.story.events.map(writeOf), heard).toEqual([...written.keys()])
    expect(poller.story.gaps).toEqual([])
    expect(proxy.met()).toBeGreaterThan(0)
  },
  60_000,
)

test.each(FAULTS)(
  '%s: the runtime hands every event to its tab, once and in order',
  async (fault) => {
    const world = await aNetwork(fault, isPoll)
    const { proxy } = world
    const rig = createRuntimeRig({ http: createFetchHttp(proxy.url), time: createFastClock(SPEED) })
    onTestFinished(() => rig.platform.die())
    const tab = rig.openTab('tab1')
    const login = await rig.runtime.calls.login({ email: 'manager@acme.test', password: DEMO_PASSWORD })
    expect(login.ok).toBe(true)
    await expect.poll(() => tab.status()?.phase, heard).toBe('live')
    const { written } = await writeAll(world)
    proxy.mend()
    const told = () => tab.of('batch').flatMap(({ events }) => events.map(writeOf))
    await expect.poll(told, heard).toEqual([...written.keys()])
    // The one of its beginning, and none for anything missed.
    expect(tab.of('resync').map(({ reason }) => reason)).toEqual(['attach'])
    expect(proxy.met()).toBeGreaterThan(0)
  },
  60_000,
)

test.each(FAULTS.filter((fault) => fault !== 'stall'))(
  '%s: a write that is said again under its key until it is answered is applied once',
  async (fault) => {
    const world = await aNetwork(fault, (head) => head.startsWith('POST /api/'))
    const { proxy, owner, server } = world
    const { written, refused } = await writeAll(world, proxy.url)
    expect(refused).toEqual([])
    const reply = await owner.get('/api/finance/transactions?limit=100')
    const { rows } = (await reply.json()) as { rows: { description: string }[] }
    const soaps = rows.map(({ description }) => description).filter((each) => each.startsWith('Soap '))
    expect(soaps.toSorted()).toEqual([...written.keys()].toSorted())
    expect(server.broker.stats().published).toBe(WRITES)
    expect(proxy.met()).toBeGreaterThan(0)
  },
  60_000,
)
