import { expect, onTestFinished, test } from 'vitest'
import { attach } from '../../worker/tab/attach.ts'
import { GIVE_UP_REST_MS } from '../../worker/tab/give-up.ts'
import { FETCH_WITHIN_MS } from '../../worker/tab/place.ts'
import { PULSE_ANSWER_MS, PULSE_JITTER_MS, PULSE_MS } from '../../worker/tab/pulse.ts'
import { workerName } from '../../worker/tab/worker-name.ts'
import { leadLock, tabLock } from '../../worker/wire/names.ts'
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
  onTestFinished(() => runtime.detach())
  const greet = (opened: OpenedRuntime) =>
    opened.send({ t: 'attached', status: LIVE, session: aView(), seq: 0, cursor: 'e.0', resumed: false })
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

test('[TB01] a tab holds its lock before it attaches, and tells its runtime which', async () => {
  const { last, profile, pass, runtime, state } = rig((fake) => (fake.state.online = false))
  await pass(0)
  expect([profile.held(), last().host, last().name]).toEqual([[], 'shared-worker', workerName('b1', 0)])
  expect(runtime.session()).toBeUndefined()
  await last().hello('i1')
  expect(profile.held()).toContain(tabLock('tab1.1'))
  const lock = tabLock('tab1.1')
  const about = { tabId: 'tab1', lock, build: 'b1', deploy: 3, wants: {}, resumeFrom: null, sampleRate: 0.02 }
  expect(last().received).toEqual([{ t: 'attach', ...about, ...state }])
})

test('[TB01] a runtime that hears of a tab finds its lock taken, also when it is granted late', async () => {
  const { last, profile, pass } = rig()
  let free = () => {}
  const other = profile
    .join()
    .locks.request(tabLock('tab1.1'), {}, () => new Promise<void>((r) => (free = r)))
  await pass(0)
  await last().hello('i1')
  expect(last().received).toEqual([])
  free()
  await other
  await pass(0)
  expect(last().received).toMatchObject([{ t: 'attach' }])
})

test('[TB02] a SharedWorker that says no hello is tried once more under a new name, then a worker of our own', async () => {
  const { opened, pass, last, runtime } = rig()
  await pass(HELLO_TIMEOUT_MS)
  await pass(HELLO_TIMEOUT_MS)
  expect(opened.map(({ host, name, closed }) => [host, name, closed])).toEqual([
    ['shared-worker', workerName('b1', 0), true],
    ['shared-worker', workerName('b1', 1), true],
    ['tab', workerName('b1', 2), false],
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
  expect(opened.map(({ name }) => name)).toEqual([workerName('b1', 0), workerName('b1', 1)])
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
  // Hidden: a page that is looked at asks after a while, and gives up one that hangs.
  const { runtime, last, pass } = rig((fake) => (fake.state.visible = false))
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
  last().send({ t: 'resync', seq: 2, reason: 'trimmed', refetchAfterMs: 50, cursor: 'e.9' })
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
  expect(profile.held()).toContain(tabLock('tab1.3'))
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
  const { pass, hide, show, profile, last } = rig()
  await pass(0)
  await Promise.all([last().hello('i1'), Promise.resolve().then(hide)])
  await pass(10_000)
  expect(profile.held().filter((name) => name.startsWith(tabLock('')))).toEqual([])
  show()
  await pass(0)
  await last().hello('i2')
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
  last().send({ t: 'batch', seq: 1, cursor: 'e.1', events: [anEvent(1)] })
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

test('[TB11] a page that is looked at asks a runtime that says nothing, and gives it up when it does not answer', async () => {
  const { last, opened, pass, recovery, profile } = await attached()
  await pass(PULSE_MS)
  expect(last().received.at(-1)).toEqual({ t: 'ping', n: 1 })
  await pass(PULSE_ANSWER_MS + PULSE_JITTER_MS)
  expect([opened.length, opened[0]?.wasGivenUp, recovery()]).toEqual([2, true, 1])
  expect(last().name).toBe(workerName('b1', 1))
  expect(profile.held()).not.toContain('standpipe:runtime:i1')
})

test('[TB11] one that answers is kept, however often it is asked', async () => {
  const { last, opened, pass } = await attached()
  for (let n = 1; n <= 20; n += 1) {
    await pass(PULSE_MS)
    expect(last().received.at(-1)).toEqual({ t: 'ping', n })
    last().send({ t: 'pong', n, attached: true })
    await pass(PULSE_ANSWER_MS)
  }
  expect(opened).toHaveLength(1)
})

test('[TB11] one that speaks by itself is not asked', async () => {
  const { last, pass } = await attached()
  for (let beat = 1; beat <= 10; beat += 1) {
    await pass(PULSE_MS / 2)
    last().send({ t: 'status', status: { ...LIVE, since: beat } })
  }
  expect(last().received.filter(({ t }) => t === 'ping')).toEqual([])
})

test('[TB11] a page that nobody sees asks nothing until somebody does', async () => {
  const { last, opened, pass, state, change } = await attached()
  state.visible = false
  change(false)
  await pass(10 * PULSE_MS)
  expect(last().received.filter(({ t }) => t === 'ping')).toEqual([])
  state.visible = true
  change(false)
  expect(last().received.at(-1)).toMatchObject({ t: 'ping' })
  await pass(PULSE_ANSWER_MS + PULSE_JITTER_MS)
  expect(opened).toHaveLength(2)
})

test('[TB11] the lead is taken from one that hangs with it, so that those who wait need not find out themselves', async () => {
  const { pass, profile } = await attached()
  const hung = profile.join()
  void hung.locks.request(leadLock('sh1'), {}, () => new Promise(() => {})).catch(() => {})
  let granted = false
  void profile.join().locks.request(leadLock('sh1'), {}, async () => void (granted = true))
  await pass(PULSE_MS + PULSE_ANSWER_MS + PULSE_JITTER_MS)
  expect(granted).toBe(true)
})

test('[TB11] a tab that gave one up rests before it gives up the next', async () => {
  const { last, opened, pass, greet } = await attached()
  await pass(PULSE_MS + PULSE_ANSWER_MS + PULSE_JITTER_MS)
  await last().hello('i2')
  greet(last())
  await pass(GIVE_UP_REST_MS / 2)
  expect(opened).toHaveLength(2)
  await pass(GIVE_UP_REST_MS)
  expect(opened[1]?.wasGivenUp).toBe(true)
})

test('[TB11] when another tab gives the runtime up, this one moves to the same next name', async () => {
  const { opened, pass, profile, page, last } = await attached()
  page.recovery.raise(0)
  void profile.join().locks.request('standpipe:runtime:i1', { steal: true }, async () => {})
  await pass(0)
  expect([opened.length, last().name]).toEqual([2, workerName('b1', 1)])
})

test('[TB12] a worker that was restarted on the same port is another one', async () => {
  const { opened, pass, last } = await attached()
  await last().hello('i1 anew')
  await pass(0)
  expect([opened.length, opened[0]?.closed]).toEqual([2, true])
})

test('[TB13] a tab that comes back says where it stands, and one that is told it missed nothing fetches nothing', async () => {
  const { last, pass, heard, hide, show } = await attached()
  last().send({ t: 'batch', seq: 1, cursor: 'e.4', events: [anEvent(4)] })
  hide()
  show()
  await pass(0)
  await last().hello('i2')
  expect(last().received[0]).toMatchObject({ t: 'attach', resumeFrom: 'e.4', lock: tabLock('tab1.3') })
  last().send({ t: 'attached', status: LIVE, session: aView(), seq: 0, cursor: 'e.5', resumed: true })
  last().send({ t: 'batch', seq: 1, cursor: 'e.5', events: [anEvent(5)] })
  expect(heard).toEqual([
    [[4], 'e.4'],
    [[5], 'e.5'],
  ])
})

test('[TB13] a page that left while it fetched anew does not claim to have it', async () => {
  const { last, pass, hide, show } = await attached()
  last().send({ t: 'resync', seq: 1, reason: 'trimmed', refetchAfterMs: 500, cursor: 'e.9' })
  hide()
  show()
  await pass(0)
  await last().hello('i2')
  expect(last().received[0]).toMatchObject({ t: 'attach', resumeFrom: null })
  last().send({ t: 'resync', seq: 1, reason: 'attach', refetchAfterMs: 0, cursor: 'e.10' })
  await pass(FETCH_WITHIN_MS)
  hide()
  show()
  await pass(0)
  await last().hello('i3')
  expect(last().received[0]).toMatchObject({ t: 'attach', resumeFrom: 'e.10' })
})

test('[TB13] what was seen of another session is no place in this one', async () => {
  const { last, pass, hide, show } = await attached()
  last().send({ t: 'batch', seq: 1, cursor: 'e.4', events: [anEvent(4)] })
  last().send({ t: 'session', session: aView('sh2') })
  hide()
  show()
  await pass(0)
  await last().hello('i2')
  expect(last().received[0]).toMatchObject({ t: 'attach', resumeFrom: null })
})

test('[TB04] a runtime that does not know yet where it stands brings no resync of its own: its begin does', async () => {
  const { last, pass, heard } = await attached()
  last().die()
  await pass(0)
  await last().hello('i2')
  last().send({ t: 'attached', status: LIVE, session: aView(), seq: 0, cursor: null, resumed: false })
  expect(heard).toEqual([])
  last().send({ t: 'resync', seq: 1, reason: 'attach', refetchAfterMs: 0, cursor: 'e.9' })
  expect(heard).toEqual(['attach 0'])
})

test('[TB12] a tab that its runtime took for dead attaches anew', async () => {
  const { opened, pass, last, heard } = await attached()
  await pass(PULSE_MS)
  last().send({ t: 'pong', n: 1, attached: false })
  await pass(0)
  await last().hello('i2')
  expect([opened.length, last().received[0]?.t]).toEqual([2, 'attach'])
  last().send({ t: 'attached', status: LIVE, session: aView(), seq: 0, cursor: 'e.9', resumed: false })
  expect(heard).toEqual(['attach 0'])
})

test('[TB12] a tab whose lock was taken from it attaches anew, under another one', async () => {
  const { opened, pass, last, profile } = await attached()
  void profile.join().locks.request(tabLock('tab1.1'), { steal: true }, async () => {})
  await pass(0)
  await last().hello('i2')
  expect([opened.length, last().received[0]]).toMatchObject([2, { t: 'attach', lock: tabLock('tab1.2') }])
})

test('[TB15] what the last runtime told is not told again by the next, which was behind it', async () => {
  const { last, pass, heard } = await attached()
  last().send({ t: 'batch', seq: 1, cursor: 'e.4', events: [anEvent(4)] })
  last().die()
  await pass(0)
  await last().hello('i2')
  last().send({ t: 'attached', status: LIVE, session: aView(), seq: 0, cursor: 'e.3', resumed: false })
  last().send({ t: 'batch', seq: 1, cursor: 'e.4', events: [anEvent(4)] })
  last().send({ t: 'batch', seq: 2, cursor: 'e.5', events: [anEvent(4), anEvent(5)] })
  expect(heard).toEqual([[[4], 'e.4'], 'attach 0', [[5], 'e.5']])
  expect(last().received.slice(1)).toEqual([
    { t: 'ack', seq: 1 },
    { t: 'ack', seq: 2 },
  ])
})

test('[TB04] a runtime that dies while the tab waits for its lock is replaced as well', async () => {
  const { last, profile, pass, opened } = rig()
  let free = () => {}
  void profile.join().locks.request(tabLock('tab1.1'), {}, () => new Promise<void>((r) => (free = r)))
  await pass(0)
  await last().hello('i1')
  last().die()
  await pass(0)
  free()
  await pass(0)
  expect(opened).toHaveLength(2)
})

test('[TB04] a page that sleeps keeps nobody from hearing that a runtime has died', async () => {
  const { last, opened, pass, profile } = rig()
  await pass(0)
  const asleep = profile.join().locks
  await last().hello('i1')
  void asleep.request('standpipe:runtime:i1', { shared: true }, () => new Promise(() => {}))
  last().die()
  await pass(0)
  expect(opened).toHaveLength(2)
})

test('[TB01] at every attach the lock is another one: the last runtime, if it only hangs, is in line for the old one', async () => {
  const { last, pass, profile } = await attached()
  last().die()
  await pass(0)
  await last().hello('i2')
  expect(last().received[0]).toMatchObject({ t: 'attach', lock: tabLock('tab1.2') })
  expect(profile.held()).not.toContain(tabLock('tab1.1'))
})

test('[TB16] a logout in another tab is over here at once, and told to a runtime that may not have heard', async () => {
  const { runtime, logOutElsewhere, last } = await attached()
  logOutElsewhere('sh-of-somebody-else')
  expect(runtime.session()).toEqual(aView())
  logOutElsewhere('sh1')
  expect([runtime.session(), runtime.status().phase]).toEqual([null, 'signed-out'])
  expect(last().received.filter(({ t }) => t === 'logged-out')).toEqual([
    { t: 'logged-out', sh: 'sh-of-somebody-else' },
    { t: 'logged-out', sh: 'sh1' },
  ])
})

test('[TB16] a logout here is told to the other tabs, and asked again of the next runtime when the first dies under it', async () => {
  const { pass, last, runtime, greet, announced } = rig()
  const asked: unknown[] = []
  const logout = (...args: unknown[]) => {
    asked.push(args)
    return asked.length === 1
      ? new Promise<never>(() => {})
      : Promise.resolve({ ok: true, value: null } as const)
  }
  await pass(0)
  await last().hello('i1', { logout })
  greet(last())
  const done = runtime.calls.logout('this')
  await pass(0)
  expect(announced).toEqual(['sh1'])
  last().die()
  await pass(0)
  await last().hello('i2', { logout })
  expect(await done).toEqual({ ok: true, value: null })
  expect(asked).toEqual([
    ['this', 'sh1'],
    ['this', 'sh1'],
  ])
})
