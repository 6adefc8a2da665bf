import { expect, test } from 'vitest'
import {
  BATCH_MS,
  createTelemetry,
  FIRST_BATCH_MS,
  PASS_KEPT_MS,
  RECORDS_MAX,
} from '../../worker/core/telemetry.ts'
import type { TelemetryRecord } from '../../worker/wire/telemetry.ts'
import { aView } from '../support/core-samples.ts'
import { createSessionRig } from '../support/session-rig.ts'

const PATH = '/telemetry/client'

async function rig(options: { signedIn?: boolean; rate?: number; tabs?: number } = {}) {
  const parts = createSessionRig()
  const { platform, sessions, script, pass } = parts
  const world = { rate: options.rate ?? 1, tabs: options.tabs ?? 2 }
  const left: [number, string][] = []
  const telemetry = createTelemetry({
    platform,
    sessions,
    build: 'b1',
    sampleRate: () => world.rate,
    tabs: () => Array.from({ length: world.tabs }, (_, n) => ({ tabId: `tab${n}` })),
    leave: (records, pass) => void left.push([records.length, pass]),
  })
  if (options.signedIn !== false) await parts.signIn()
  telemetry.arrange()
  const sent = (): TelemetryRecord[][] =>
    script.sentTo(PATH).map(({ body = '' }) => (JSON.parse(body) as { records: TelemetryRecord[] }).records)
  const take = async (rtPass = 'pass1') => {
    script.only(PATH).answer({ accepted: 1, rejected: 0 }, { status: 202, headers: { 'Rt-Pass': rtPass } })
    await pass(0)
  }
  const count = () => telemetry.count('auth_401', { route: 'poll' })
  return { ...parts, telemetry, world, left, sent, take, count }
}

test('[TM04] a record holds what was counted, when, by which build, and the tab it was noticed in, else one that is there', async () => {
  const { telemetry, sent, pass, platform } = await rig()
  telemetry.count('auth_401', { route: 'poll' }, { requestId: 'r1' })
  telemetry.count('gap', {}, { tabId: 'tab9', eventId: 'e1' })
  const at = platform.time.now()
  await pass(FIRST_BATCH_MS)
  expect(sent()).toEqual([
    [
      { name: 'auth_401', at, tabId: 'tab0', requestId: 'r1', build: 'b1', fields: { route: 'poll' } },
      { name: 'gap', at, tabId: 'tab9', eventId: 'e1', build: 'b1', fields: {} },
    ],
  ])
})

test('[TM04] with nobody signed in nothing is recorded, also not for whoever comes next', async () => {
  const { count, telemetry, signIn, script, pass } = await rig({ signedIn: false })
  count()
  await signIn()
  telemetry.arrange()
  await pass(60_000)
  expect(script.sentTo(PATH)).toEqual([])
})

test('[TM05] a session that is not drawn sends nothing, and the rate of that moment counts', async () => {
  const { count, world, sent, pass } = await rig({ rate: 0 })
  count()
  await pass(FIRST_BATCH_MS)
  expect(sent()).toEqual([])
  count()
  world.rate = 1
  await pass(FIRST_BATCH_MS)
  expect(sent().map((batch) => batch.length)).toEqual([1])
})

test('[TM05] two runtimes of a session decide alike, and the share of sessions is the rate', async () => {
  let drawn = 0
  for (let n = 0; n < 200; n += 1) {
    const parts = await rig({ signedIn: false, rate: 0.25 })
    await parts.signIn(aView(`session-${n}`))
    parts.telemetry.arrange()
    parts.count()
    await parts.pass(FIRST_BATCH_MS)
    const again = await rig({ signedIn: false, rate: 0.25 })
    await again.signIn(aView(`session-${n}`))
    again.telemetry.arrange()
    again.count()
    await again.pass(FIRST_BATCH_MS)
    expect(again.sent().length).toBe(parts.sent().length)
    drawn += parts.sent().length
  }
  expect(drawn).toBeGreaterThan(25)
  expect(drawn).toBeLessThan(80)
})

test('[TM06] records go in batches with the token, in a header alone', async () => {
  const { count, script, sent, take, pass } = await rig()
  count()
  count()
  await pass(FIRST_BATCH_MS)
  const { headers, body, cookies, keepalive } = script.only(PATH).request
  expect([headers['Authorization'], cookies, keepalive]).toEqual(['Bearer token1', undefined, true])
  expect(body).not.toContain('token1')
  await take()
  count()
  await pass(BATCH_MS - 1)
  expect(sent().map((batch) => batch.length)).toEqual([2])
  await pass(1)
  expect(sent().map((batch) => batch.length)).toEqual([2, 1])
})

test('[TM06] fifty are kept, the newest', async () => {
  const { telemetry, sent, pass } = await rig()
  for (let generation = 1; generation <= RECORDS_MAX + 7; generation += 1)
    telemetry.count('leader_acquired', { generation })
  await pass(FIRST_BATCH_MS)
  const generations = sent()[0]?.map(({ fields }) => (fields as { generation: number }).generation) ?? []
  expect([generations.length, generations[0], generations.at(-1)]).toEqual([RECORDS_MAX, 8, RECORDS_MAX + 7])
})

test.each([
  ['no answer', 'again', (exchange: Exchange) => exchange.fail()],
  ['a portal', 'again', (exchange: Exchange) => exchange.portal()],
  ['429', 'again', (exchange: Exchange) => exchange.refuse('rate_limited')],
  ['503', 'again', (exchange: Exchange) => exchange.refuse('overloaded')],
  ['a worn token', 'again', (exchange: Exchange) => exchange.refuse('token_expired')],
  ['422', 'no more', (exchange: Exchange) => exchange.refuse('validation_failed')],
  ['413', 'no more', (exchange: Exchange) => exchange.refuse('too_large')],
] as const)('[TM06] after %s a batch is sent %s', async (_, then, answer) => {
  const { count, script, sent, pass } = await rig()
  count()
  await pass(FIRST_BATCH_MS)
  answer(script.only(PATH))
  await pass(BATCH_MS)
  expect(sent().map((batch) => batch.length)).toEqual(then === 'again' ? [1, 1] : [1])
})
type Exchange = ReturnType<Awaited<ReturnType<typeof rig>>['script']['only']>

test('[TM06] without a token records wait for one', async () => {
  const { count, telemetry, sessions, current, sent, pass } = await rig()
  sessions.dropToken(current(), 'token1')
  count()
  await pass(60_000)
  expect(sent()).toEqual([])
  sessions.grant(current(), { value: 'token2', expiresIn: 600 })
  telemetry.arrange()
  await pass(FIRST_BATCH_MS)
  expect(sent()).toHaveLength(1)
})

test('[TM07] after a logout nothing is sent, and what is under way is ended', async () => {
  const { count, telemetry, signOut, script, sent, left, pass, signIn } = await rig({ tabs: 1 })
  count()
  await pass(FIRST_BATCH_MS)
  count()
  void signOut('this')
  await pass(0)
  telemetry.arrange()
  expect(script.open(PATH)).toEqual([])
  count()
  await pass(60_000)
  await signIn(aView('sh2', 'ben'))
  telemetry.arrange()
  await pass(60_000)
  expect(sent().map((batch) => batch.length)).toEqual([1])
  expect(left.every(([records]) => records === 0)).toBe(true)
})

test('[TM07] what led to an expiry is told when the same person signs in again, and by nobody else', async () => {
  const again = await rig()
  again.count()
  again.sessions.expire(again.current(), 'session_expired')
  await again.pass(60_000)
  expect(again.sent()).toEqual([])
  await again.signIn(aView('sh2'))
  again.telemetry.arrange()
  await again.pass(FIRST_BATCH_MS)
  expect(again.sent()).toHaveLength(1)

  const other = await rig()
  other.count()
  other.sessions.expire(other.current(), 'session_expired')
  await other.signIn(aView('sh2', 'ben'))
  other.telemetry.arrange()
  await other.pass(60_000)
  expect(other.sent()).toEqual([])
})

test('[TM08] the only tab is left what is not sent yet, once there is a pass, and nothing while it is being sent', async () => {
  const { count, left, take, pass } = await rig({ tabs: 1 })
  count()
  expect(left, 'without a pass').toEqual([])
  await pass(FIRST_BATCH_MS)
  await take()
  count()
  count()
  expect(left).toEqual([
    [1, 'pass1'],
    [2, 'pass1'],
  ])
  await pass(BATCH_MS)
  expect(left.at(-1)).toEqual([0, ''])
})

test('[TM08] what is noticed while a batch is on its way is left once that is over, for it may come back', async () => {
  const { count, left, take, pass, script } = await rig({ tabs: 1 })
  count()
  await pass(FIRST_BATCH_MS)
  await take()
  count()
  await pass(BATCH_MS)
  count()
  expect(left.map(([records]) => records)).toEqual([1, 0])
  script.only(PATH).fail()
  await pass(0)
  expect(left.at(-1)).toEqual([2, 'pass1'])
})

test('[TM08] a second tab takes it back, for then the runtime goes on; alone again it is left once more', async () => {
  const { count, left, take, pass, world, telemetry } = await rig({ tabs: 1 })
  count()
  await pass(FIRST_BATCH_MS)
  await take()
  count()
  for (const tabs of [2, 1]) {
    world.tabs = tabs
    telemetry.arrange()
  }
  expect(left.map(([records]) => records)).toEqual([1, 0, 1])
})

test('[TM08] what a tab has handed in is not sent again', async () => {
  const { count, telemetry, sent, take, pass } = await rig({ tabs: 1 })
  count()
  await pass(FIRST_BATCH_MS)
  await take()
  count()
  count()
  telemetry.handedIn(2)
  count()
  await pass(BATCH_MS)
  expect(sent().map((batch) => batch.length)).toEqual([1, 1])
})

test('[TM08] a pass of some age is not relied on; the next batch is early and brings another', async () => {
  const { count, left, take, pass, sent } = await rig({ tabs: 1 })
  count()
  await pass(FIRST_BATCH_MS)
  await take()
  await pass(PASS_KEPT_MS)
  count()
  expect(left).toEqual([])
  await pass(FIRST_BATCH_MS)
  expect(sent()).toHaveLength(2)
})
