import { randomUUID } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { createBrowserProfile } from '../support/browser-profile.ts'
import { createRuntimeRig } from '../support/runtime-rig.ts'
import { createTestServer, DEMO_PASSWORD, type TestLogin, type TestServer } from '../support/server.ts'
import { createServerHttp } from '../support/server-http.ts'
import type { WaiterMetrics } from '../support/waiters-at-server.ts'

const PATH = '/realtime/subscribe'
const ME = { email: 'owner@acme.test', password: DEMO_PASSWORD }
/** Turns of the event loop in which a chain of real cryptography and storage comes to rest, with a lot to spare. */
const TURNS_MAX = 20_000

/** The real server, and a browser profile whose runtimes reach it. */
async function world(env: Record<string, string> = {}) {
  const server = await createTestServer({ env })
  onTestFinished(() => server.close())
  const { clock: time } = server
  const profile = createBrowserProfile(time)
  const network = createServerHttp(server)
  const writer = await server.login('manager@acme.test')

  async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
    for (let turn = 0; turn < TURNS_MAX; turn += 1) {
      if (await isSo()) return
      await new Promise((resolve) => setImmediate(resolve))
    }
    throw new Error(`It never came to be: ${what}`)
  }

  async function waiters(): Promise<WaiterMetrics> {
    const { token } = await server.login()
    const reply = await server.request('/finance/realtime/metrics', { token })
    return ((await reply.json()) as { waiters: WaiterMetrics }).waiters
  }

  const sent = (path: string) => network.log.filter(({ request }) => request.path.startsWith(path))
  const lastPoll = () => sent(PATH).at(-1)
  /** The runtime's one poll is held at the server. */
  const held = () =>
    until(() => lastPoll()?.open === true && lastPoll()!.request.path.endsWith('wait=25'), 'a held poll')
  const start = (instanceId = 'r1') => createRuntimeRig({ http: network.http, time, profile, instanceId })

  async function signedIn(tabs: number) {
    const rig = start()
    const opened = Array.from({ length: tabs }, (_, index) => rig.openTab(`tab${index + 1}`))
    const login = await rig.runtime.calls.login(ME)
    if (!login.ok) throw new Error(login.code)
    await held()
    return { rig, tabs: opened, sh: login.value.sh }
  }
  return { server, time, profile, network, writer, until, waiters, sent, lastPoll, held, start, signedIn }
}

async function write(server: TestServer, who: TestLogin) {
  const reply = await server.request('/api/finance/transactions', {
    method: 'POST',
    token: who.accessToken,
    headers: { 'Idempotency-Key': randomUUID(), 'Rt-Actor': who.user.id },
    json: {
      id: randomUUID(),
      propertyId: who.properties[0]?.id,
      type: 'expense',
      amountMinor: 1250,
      currency: 'USD',
      description: 'Soap',
      occurredOn: '2026-01-15',
    },
  })
  if (!reply.ok) throw new Error(await reply.text())
}

test('[PL01] [PL03] after a login the feed is asked where it stands, then held: live', async () => {
  const { signedIn, sent } = await world()
  const { rig, tabs } = await signedIn(1)
  expect(tabs[0]?.status()).toMatchObject({ phase: 'live', role: 'leader' })
  expect(sent(PATH).map(({ request }) => request.path.split('&')[1])).toEqual(['wait=0', 'wait=25'])
  expect(await rig.inspect()).toMatchObject({ polls: { inFlight: true, lastOutcome: 'tip' }, refreshes: 0 })
  expect(tabs[0]?.of('session').at(-1)?.session?.user.email).toBe(ME.email)
})

test('[PL01] however many tabs there are, the server holds one poll', async () => {
  const { signedIn, waiters } = await world()
  await signedIn(12)
  expect(await waiters()).toMatchObject({ total: 1, pollersPerSession: { '1': 1, '2': 0, '3+': 0 } })
})

test('[RL01] [HB05] a write by somebody else reaches both tabs, in one frame each', async () => {
  const { signedIn, server, writer, time, until } = await world()
  const { tabs } = await signedIn(2)
  await write(server, writer)
  await time.advance(100)
  await until(() => tabs.every((tab) => tab.of('batch').length > 0), 'a batch on each tab')
  for (const tab of tabs) {
    expect(tab.of('batch')).toHaveLength(1)
    expect(tab.of('batch')[0]?.events).toMatchObject([
      { type: 'transaction.created', data: { description: 'Soap' } },
    ])
  }
})

test('[SE05] a token that would end during a hold costs one refresh, and no poll is ever refused', async () => {
  const { signedIn, time, held, sent, network } = await world({ ACCESS_TOKEN_TTL_S: '60' })
  const { rig, tabs } = await signedIn(1)
  for (let second = 0; second < 70; second += 1) {
    await time.advance(1000)
    await held()
  }
  expect([(await rig.inspect()).refreshes, sent('/auth/refresh').length]).toEqual([1, 1])
  expect(network.log.filter(({ status }) => status !== null && status !== 200)).toEqual([])
  expect(tabs[0]?.status()?.phase).toBe('live')
})

test('[PL04] a runtime that slept through more than the server keeps gets a gap, and its tabs one resync', async () => {
  const { signedIn, server, writer, time, until, held, profile } = await world({ MAX_BUFFER_SIZE: '3' })
  const { rig, tabs } = await signedIn(2)
  const [first, second] = tabs
  first?.send({ t: 'bye' })
  second?.send({ t: 'bye' })
  await time.advance(0)
  expect(profile.held()).toEqual([])
  for (let count = 0; count < 6; count += 1) await write(server, writer)
  await time.advance(100)
  const tab = rig.openTab('tab3')
  await until(() => tab.of('resync').length > 0, 'a resync')
  await held()
  expect(tab.of('resync').map(({ reason }) => reason)).toEqual(['trimmed'])
  expect(tab.of('batch')).toEqual([])
  expect((await rig.inspect()).events.gaps).toBe(1)
})

test('[SE11] [PL17] a logout aborts the held poll, frees its place at the server, and no poll comes after', async () => {
  const { signedIn, sent, waiters, time, network } = await world()
  const { rig, tabs } = await signedIn(2)
  const before = sent(PATH).length
  expect(await rig.runtime.calls.logout('this')).toEqual({ ok: true, value: null })
  expect(sent('/auth/logout')).toMatchObject([{ status: 204 }])
  expect((await waiters()).total).toBe(0)
  await time.advance(600_000)
  expect(sent(PATH)).toHaveLength(before)
  expect(tabs.map((tab) => tab.status()?.phase)).toEqual(['signed-out', 'signed-out'])
  const refresh = await network.http({
    method: 'POST',
    path: '/auth/refresh',
    headers: { 'Content-Type': 'application/json', 'Rt-Client': '1' },
    body: JSON.stringify({ sh: 'anything' }),
    cookies: true,
  })
  expect(refresh.status).toBe(401)
})

test('[SE02] a new runtime on the same store goes on without a login', async () => {
  const { signedIn, start, held, sent, until } = await world()
  const { rig, sh } = await signedIn(1)
  rig.platform.die()
  const tab = start('r2').openTab('tab2')
  await until(() => tab.status()?.phase === 'live', 'an answer')
  await held()
  expect(tab.of('attached')[0]?.session?.sh).toBe(sh)
  expect([sent('/auth/login').length, sent('/auth/refresh').length]).toEqual([1, 1])
  expect(tab.status()).toMatchObject({ phase: 'live', role: 'leader' })
})

test('[LD02] [LD03] when the leader dies the next runtime is let in at the server at once: its generation is higher', async () => {
  const { signedIn, start, held, time, until, lastPoll } = await world()
  const { rig } = await signedIn(1)
  const next = start('r2')
  const tab = next.openTab('tab2')
  await time.advance(5)
  await until(() => tab.status()?.phase === 'live', 'a follower')
  rig.platform.die()
  await until(() => lastPoll()?.request.headers['Rt-Generation'] === '2', 'a poll of the next leader')
  await held()
  expect(tab.status()).toMatchObject({ phase: 'live', role: 'leader' })
})
