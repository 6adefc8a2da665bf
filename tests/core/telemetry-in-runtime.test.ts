import { expect, test } from 'vitest'
import { SESSION_KEY } from '../../worker/core/session.ts'
import { BATCH_MS, FIRST_BATCH_MS } from '../../worker/core/telemetry.ts'
import type { TelemetryRecord } from '../../worker/wire/telemetry.ts'
import { createBrowserProfile } from '../support/browser-profile.ts'
import { aGrant, anAnswer, aView } from '../support/core-samples.ts'
import { createRuntimeRig } from '../support/runtime-rig.ts'
import { createScriptedHttp } from '../support/scripted-http.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const POLL = '/realtime/subscribe'
const TELEMETRY = '/telemetry/client'

/** One runtime with one tab, signed in, whose poll is held; everything is reported. */
async function leading() {
  const time = createVirtualClock()
  const profile = createBrowserProfile(time)
  await profile.store.set(SESSION_KEY, aView())
  const script = createScriptedHttp()
  const rig = createRuntimeRig({ http: script.http, time, profile })
  const tab = rig.openTab('tab1', { sampleRate: 1 })
  const pass = time.advance
  await pass(5)
  const sent = () =>
    script
      .sentTo(TELEMETRY)
      .map(({ body = '' }) => (JSON.parse(body) as { records: TelemetryRecord[] }).records)
  const take = async () => {
    script
      .only(TELEMETRY)
      .answer({ accepted: 1, rejected: 0 }, { status: 202, headers: { 'Rt-Pass': 'pass1' } })
    await pass(0)
  }
  const begin = async () => {
    script.only('/auth/refresh').answer(aGrant('token1'))
    await pass(5)
    script.only(POLL).answer(anAnswer('e.5', { outcome: 'tip' }))
    await pass(5)
  }
  return { ...rig, time, profile, tab, script, pass, sent, take, begin }
}

test('[TM03] a term that begins is counted, with its generation', async () => {
  const { begin, pass, sent } = await leading()
  await begin()
  await pass(FIRST_BATCH_MS)
  expect(sent()).toMatchObject([
    [{ name: 'leader_acquired', tabId: 'tab1', build: 'test', fields: { generation: 1 } }],
  ])
})

test('[TM03] a lock that was taken over is counted by who took it, with the reason', async () => {
  const { begin, pass, platform, time, profile } = await leading()
  await begin()
  const script = createScriptedHttp()
  const second = createRuntimeRig({ http: script.http, instanceId: 'r2', time, profile })
  second.openTab('tab2', { sampleRate: 1 })
  platform.freeze()
  for (let step = 0; step < 40; step += 1) {
    for (const exchange of script.open('/auth/refresh')) exchange.answer(aGrant('token1'))
    await pass(1000)
  }
  const [first] = script.sentTo(TELEMETRY)
  expect((JSON.parse(first?.body ?? '{}') as { records: unknown[] }).records).toContainEqual(
    expect.objectContaining({ name: 'leader_takeover', tabId: 'tab2', fields: { reason: 'hung' } }),
  )
})

test('[TM01] a request of a tab that is refused is counted once, with the tab and the request id that were sent', async () => {
  const { begin, take, pass, sent, runtime, script } = await leading()
  await begin()
  await pass(FIRST_BATCH_MS)
  await take()
  void runtime.calls.request({ method: 'GET', path: '/api/tasks', headers: { 'Rt-Tab': 'tab7' } })
  await pass(0)
  const { request, refuse } = script.only('/api/tasks')
  refuse('forbidden')
  await pass(BATCH_MS)
  expect(sent()[1]).toMatchObject([
    { name: 'auth_403', tabId: 'tab7', requestId: request.headers['X-Request-Id'], fields: { route: 'api' } },
  ])
})

test('[TM06] a report that fails is not counted itself', async () => {
  const { begin, pass, sent, script } = await leading()
  await begin()
  await pass(FIRST_BATCH_MS)
  script.only(TELEMETRY).fail()
  await pass(BATCH_MS)
  script.only(TELEMETRY).refuse('token_expired')
  await pass(BATCH_MS)
  const [first, ...again] = sent()
  expect(first).toHaveLength(1)
  expect(again).toEqual([first, first])
})

test('[TM08] what was left to the tab is not sent by the runtime once the tab says that it handed it in', async () => {
  const { begin, take, pass, sent, runtime, script, tab } = await leading()
  await begin()
  await pass(FIRST_BATCH_MS)
  await take()
  void runtime.calls.request({ method: 'GET', path: '/api/tasks' })
  await pass(0)
  script.only('/api/tasks').refuse('forbidden')
  await pass(0)
  expect(tab.of('leftover').at(-1)).toMatchObject({ pass: 'pass1', records: [{ name: 'auth_403' }] })
  tab.send({ t: 'bye', handedIn: 1 })
  await pass(60_000)
  expect(sent()).toHaveLength(1)
})

test('[TM07] a logout ends the report under way and leaves nothing to the tab', async () => {
  const { begin, take, pass, sent, runtime, script, tab } = await leading()
  await begin()
  await pass(FIRST_BATCH_MS)
  await take()
  void runtime.calls.request({ method: 'GET', path: '/api/tasks' })
  await pass(0)
  script.only('/api/tasks').refuse('forbidden')
  await pass(0)
  void runtime.calls.logout('this')
  await pass(0)
  expect(tab.of('leftover').at(-1)).toEqual({ t: 'leftover', records: [], pass: '' })
  await pass(120_000)
  expect(sent()).toHaveLength(1)
})

test('[TM11] the rate a tab tells later counts from then on', async () => {
  const { begin, pass, sent, tab, script, runtime } = await leading()
  tab.send({ t: 'rate', sampleRate: 0 })
  await begin()
  await pass(FIRST_BATCH_MS)
  expect(sent()).toEqual([])
  tab.send({ t: 'rate', sampleRate: 1 })
  void runtime.calls.request({ method: 'GET', path: '/api/tasks' })
  await pass(0)
  script.only('/api/tasks').refuse('forbidden')
  await pass(FIRST_BATCH_MS)
  expect(sent().map((batch) => batch.map(({ name }) => name))).toEqual([['auth_403']])
})
