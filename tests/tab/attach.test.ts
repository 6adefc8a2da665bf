import { expect, onTestFinished, test } from 'vitest'
import { attach } from '../../worker/tab/attach.ts'
import { tabLock } from '../../worker/wire/names.ts'
import { CALL_DEADLINE_MS, HELLO_TIMEOUT_MS, type RuntimeStatus } from '../../worker/wire/port.ts'
import { anEvent, aView } from '../support/core-samples.ts'
import { createFakePage, type OpenedRuntime } from '../support/fake-page.ts'

const LIVE: RuntimeStatus = {
  phase: 'live',
  since: 0,
  reason: 'answered',
  host: 'shared-worker',
  role: 'leader',
  retryAt: null,
}

function rig(change: (fake: ReturnType<typeof createFakePage>) => void = () => {}) {
  const fake = createFakePage()
  change(fake)
  const runtime = attach({ build: 'b1', page: fake.page })
  const heard: unknown[] = []
  runtime.onBatch((events, cursor) => void heard.push([events.map(({ seq }) => seq), cursor]))
  runtime.onResync((refetchAfterMs, reason) => void heard.push(`${reason} ${refetchAfterMs}`))
  onTestFinished(() => {
    runtime.detach()
    fake.end()
  })
  const greet = (opened: OpenedRuntime) =>
    opened.send({ t: 'attached', status: LIVE, session: aView(), seq: 0 })
  return { ...fake, runtime, heard, greet, pass: fake.time.advance }
}

/** Attached to a SharedWorker. */
async function attached() {
  const parts = rig()
  await parts.pass(0)
  await parts.last().hello('i1')
  parts.greet(parts.last())
  return parts
}

test('[TB01] a tab holds its lock before it opens a runtime, and tells it who it is', async () => {
  const { opened, last, profile, pass, runtime, state } = rig((fake) => (fake.state.online = false))
  expect(opened).toEqual([])
  await pass(0)
  expect([profile.held(), last().host, last().name]).toEqual([
    [tabLock('tab1')],
    'shared-worker',
    'standpipe:b1',
  ])
  expect(runtime.session()).toBeUndefined()
  await last().hello('i1')
  expect(last().received).toEqual([{ t: 'attach', tabId: 'tab1', build: 'b1', wants: {}, ...state }])
})

test('[TB02] a SharedWorker that says no hello is tried once more under a new name, then a worker of our own', async () => {
  const { opened, pass, last, runtime } = rig()
  await pass(HELLO_TIMEOUT_MS)
  await pass(HELLO_TIMEOUT_MS)
  expect(opened.map(({ host, name, closed }) => [host, name, closed])).toEqual([
    ['shared-worker', 'standpipe:b1', true],
    ['shared-worker', 'standpipe:b1:again', true],
    ['tab', 'standpipe:b1', false],
  ])
  await last().hello('i1')
  expect(last().received).toHaveLength(1)
  await opened[0]?.hello('late')
  expect([opened[0]?.received, runtime.status().reason]).toEqual([[], 'starting'])
})

test('[TB02] a script that cannot be loaded is not waited for', async () => {
  const { opened, pass, last } = rig()
  await pass(0)
  last().fail()
  await pass(0)
  expect(opened.map(({ name }) => name)).toEqual(['standpipe:b1', 'standpipe:b1:again'])
})

test('[TB02] a browser that refuses the constructor gets a worker of its own', async () => {
  const { opened, pass } = rig((fake) => fake.refuse('shared-worker'))
  await pass(0)
  expect(opened.map(({ host }) => host)).toEqual(['tab'])
})

test('[TB02] when nothing works the tab says so and tries again', async () => {
  const { opened, pass, runtime } = rig((fake) => (fake.hints.flag = 'tab'))
  await pass(2 * HELLO_TIMEOUT_MS)
  expect([opened.length, runtime.status().phase, runtime.status().reason]).toEqual([
    2,
    'degraded',
    'no_runtime',
  ])
  await pass(3000)
  expect(opened).toHaveLength(3)
})

test('[TB03] a call reaches the runtime, also one made before there is any', async () => {
  const { runtime, pass, last } = rig()
  const answered = runtime.calls.retryNow()
  await pass(0)
  await last().hello('i1', { retryNow: () => Promise.resolve({ ok: true, value: null }) })
  expect(await answered).toEqual({ ok: true, value: null })
})

test('[TB03] a call to a runtime that hangs ends by its deadline', async () => {
  const { runtime, last, pass } = rig()
  await pass(0)
  await last().hello('i1', { retryNow: () => new Promise(() => {}) })
  const answered = runtime.calls.retryNow()
  await pass(CALL_DEADLINE_MS)
  expect(await answered).toMatchObject({ ok: false, code: 'timeout' })
})

test('[TB03] a call ends with link_lost when the runtime dies', async () => {
  const { runtime, last, pass } = rig()
  await pass(0)
  await last().hello('i1', { retryNow: () => new Promise(() => {}) })
  const answered = runtime.calls.retryNow()
  await pass(0)
  last().die()
  await pass(0)
  expect(await answered).toMatchObject({ ok: false, code: 'link_lost' })
})

test('[TB04] a runtime that dies is replaced, and the listeners are told to resync', async () => {
  const { last, pass, opened, heard, greet, runtime } = await attached()
  expect([heard, runtime.status(), runtime.session()]).toEqual([[], LIVE, aView()])
  last().die()
  await pass(0)
  expect([opened.length, runtime.status().reason, runtime.session()]).toEqual([2, 'link_lost', aView()])
  await last().hello('i2')
  greet(last())
  expect([heard, runtime.status()]).toEqual([['attach 0'], LIVE])
})

test('[TB04] what a lost runtime still sends is passed over', async () => {
  const { last, pass, opened, heard } = await attached()
  last().die()
  await pass(0)
  opened[0]?.send({ t: 'batch', seq: 1, cursor: 'e.1', events: [anEvent(1)] })
  expect(heard).toEqual([])
})

test('[TB05] a frame is acknowledged after every listener has had it, and one that throws keeps nobody from it', async () => {
  const { runtime, last, reported, heard } = await attached()
  const order: unknown[] = []
  runtime.onBatch(() => {
    order.push(['acks before', last().received.filter(({ t }) => t === 'ack').length])
    throw new Error('a listener of the page')
  })
  runtime.onBatch(() => void order.push('second listener'))
  last().send({ t: 'batch', seq: 1, cursor: 'e.1', events: [anEvent(1)] })
  last().send({ t: 'resync', seq: 2, reason: 'trimmed', refetchAfterMs: 50 })
  expect(order).toEqual([['acks before', 0], 'second listener'])
  expect(reported).toHaveLength(1)
  expect(heard).toEqual([[[1], 'e.1'], 'trimmed 50'])
  expect(last().received.slice(1)).toEqual([
    { t: 'ack', seq: 1 },
    { t: 'ack', seq: 2 },
  ])
})

test('[TB06] a page that hides says goodbye and lets go of everything; one that shows again attaches anew', async () => {
  const { last, pass, hide, show, profile, opened, greet, heard } = await attached()
  hide()
  await pass(0)
  expect([last().received.at(-1), last().closed, profile.held()]).toEqual([
    { t: 'bye' },
    true,
    ['standpipe:runtime:i1'],
  ])
  show()
  await pass(0)
  await last().hello('i2')
  greet(last())
  expect([opened.length, heard]).toEqual([2, ['attach 0']])
  expect(profile.held()).toContain(tabLock('tab1'))
})

test('[TB07] a page that is told twice that it is back attaches all the same', async () => {
  const { last, pass, hide, show } = await attached()
  hide()
  hide()
  show()
  show()
  await pass(0)
  await last().hello('i2')
  expect(last().received).toMatchObject([{ t: 'attach', tabId: 'tab1' }])
})

test('[TB07] a page that hides before its lock was granted holds nothing while it is away', async () => {
  const { pass, hide, show, profile, opened, last } = rig()
  hide()
  await pass(10_000)
  expect([profile.held(), opened]).toEqual([[], []])
  show()
  await pass(0)
  await last().hello('i1')
  expect(last().received).toHaveLength(1)
})

test('[TB06] a runtime that says hello after the page has hidden is let go of, not attached to', async () => {
  const { last, pass, hide, profile, opened } = rig()
  await pass(0)
  hide()
  await last().hello('i1')
  await pass(60_000)
  expect([last().received, last().closed, opened.length]).toEqual([[], true, 1])
  expect(profile.held()).toEqual(['standpipe:runtime:i1'])
})

test('[TB06] a tab that detached stays away', async () => {
  const { runtime, show, pass, opened, profile } = await attached()
  runtime.detach()
  show()
  await pass(60_000)
  expect([opened.length, profile.held()]).toEqual([1, ['standpipe:runtime:i1']])
})

test('[TB08] what a tab wants is told at once and again at every attach', async () => {
  const { runtime, last, pass } = await attached()
  runtime.setWants({ topics: ['tasks'] })
  expect(last().received.at(-1)).toEqual({ t: 'wants', wants: { topics: ['tasks'] } })
  last().die()
  await pass(0)
  await last().hello('i2')
  expect(last().received).toMatchObject([{ t: 'attach', wants: { topics: ['tasks'] } }])
})

test('[TB09] status and session are the same objects until they change, and changes are told', async () => {
  const { runtime, last } = await attached()
  let changes = 0
  const stop = runtime.subscribe(() => void (changes += 1))
  const [status, session] = [runtime.status(), runtime.session()]
  last().send({ t: 'batch', seq: 1, cursor: 'e.1', events: [] })
  expect([runtime.status() === status, runtime.session() === session, changes]).toEqual([true, true, 0])
  last().send({ t: 'status', status: { ...LIVE, phase: 'offline' } })
  last().send({ t: 'session', session: null })
  expect([runtime.status().phase, runtime.session(), changes]).toEqual(['offline', null, 2])
  stop()
  last().send({ t: 'session', session: null })
  expect(changes).toBe(2)
})

test('[TB06] what the page sees is passed on with its state', async () => {
  const { change, last, state } = await attached()
  state.visible = false
  change(true)
  expect(last().received.at(-1)).toEqual({ t: 'signal', woke: true, visible: false, online: true })
})
