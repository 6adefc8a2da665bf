import { expect, onTestFinished, test } from 'vitest'
import { attach } from '../../worker/tab/attach.ts'
import type { ApiRequest, ApiResponse, Result, RuntimeCalls, RuntimeStatus } from '../../worker/wire/port.ts'
import type { TelemetryRecord } from '../../worker/wire/telemetry.ts'
import { aView } from '../support/core-samples.ts'
import { createFakePage } from '../support/fake-page.ts'

const STATUS: RuntimeStatus = {
  phase: 'live',
  since: 0,
  reason: 'answered',
  host: 'shared-worker',
  role: 'leader',
  retryAt: null,
}
const RECORD: TelemetryRecord = {
  name: 'auth_401',
  at: 1,
  tabId: 'tab1',
  build: 'b1',
  fields: { route: 'poll' },
}
const CONFIG = { flags: {}, sampling: { rate: 0.5 }, ttlS: 600, rev: 'r1' }

async function attached(calls: Partial<RuntimeCalls> = {}) {
  const fake = createFakePage()
  const runtime = attach({ build: 'b1', page: fake.page })
  onTestFinished(() => runtime.detach())
  await fake.time.advance(0)
  const asked: ApiRequest[] = []
  const request = (one: ApiRequest): Promise<Result<ApiResponse>> => {
    asked.push(one)
    return Promise.resolve({ ok: true, value: { status: 200, headers: {}, body: CONFIG } })
  }
  await fake
    .last()
    .hello('i1', { request, logout: () => Promise.resolve({ ok: true, value: null }), ...calls })
  fake.last().send({ t: 'attached', status: STATUS, session: aView(), seq: 0, cursor: 'e.0', resumed: false })
  const leave = (records: number) =>
    fake.last().send({ t: 'leftover', records: Array.from({ length: records }, () => RECORD), pass: 'pass1' })
  return { ...fake, runtime, asked, leave }
}

test('[TM08] a page that goes hands in what was left to it, once, with the pass, and tells how much it was', async () => {
  const { leave, hide, show, handedIn, last, time } = await attached()
  leave(1)
  leave(2)
  hide()
  expect(handedIn).toEqual([{ records: [RECORD, RECORD], pass: 'pass1' }])
  expect(last().received.at(-1)).toEqual({ t: 'bye', handedIn: 2 })
  show()
  await time.advance(0)
  hide()
  expect(handedIn).toHaveLength(1)
})

test('[TM08] with nothing left nothing is sent', async () => {
  const { leave, hide, handedIn, last } = await attached()
  leave(1)
  leave(0)
  hide()
  expect([handedIn, last().received.at(-1)]).toEqual([[], { t: 'bye' }])
})

test.each(['by this page', 'elsewhere'])(
  '[TM07] after a logout %s a page hands in nothing',
  async (where) => {
    const { leave, hide, handedIn, last, runtime } = await attached()
    leave(3)
    if (where === 'elsewhere') last().send({ t: 'session', session: null })
    else void runtime.calls.logout('this')
    hide()
    expect(handedIn).toEqual([])
  },
)

test('[TM12] a domain request carries the tab it was made in, beside its own headers', async () => {
  const { runtime, asked } = await attached()
  await runtime.calls.request({ method: 'GET', path: '/api/tasks', headers: { 'If-Match': '"1"' } })
  expect(asked).toEqual([
    { method: 'GET', path: '/api/tasks', headers: { 'If-Match': '"1"', 'Rt-Tab': runtime.tabId } },
  ])
})

test('[TM11] a page tells its runtime the rate when it attaches, and when the server has spoken', async () => {
  const { last, time, runtime } = await attached()
  const rates = () =>
    last().received.flatMap((frame) => ('sampleRate' in frame ? [[frame.t, frame.sampleRate]] : []))
  expect(rates()[0]).toEqual(['attach', 0.02])
  let heard = 0
  runtime.subscribe(() => void (heard += 1))
  await time.advance(2000)
  expect(rates().at(-1)).toEqual(['rate', 0.5])
  expect([runtime.flags()['telemetry.sampleRate'], heard]).toEqual([0.5, 1])
})
