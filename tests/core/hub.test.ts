import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRing, RING_EVENTS_MAX } from '../../worker/core/ring.ts'
import { createHub, type Hub, type TabSignals } from '../../worker/core/hub.ts'
import { CREDIT_FRAMES, type RuntimeFrame, type TabFrame, type Wants } from '../../worker/wire/port.ts'
import { anEvent } from '../support/core-samples.ts'
import { settle } from '../support/manual-timers.ts'

const STATUS = {
  phase: 'live',
  since: 0,
  reason: 'answered',
  host: 'tab',
  role: 'leader',
  retryAt: null,
} as const

function aHub(ready: Promise<void> = Promise.resolve()) {
  const heard: { signals: TabSignals; woke: boolean }[] = []
  const loggedOut: string[] = []
  const ring = createRing()
  const made = createHub({
    ready,
    ring,
    greet: () => ({ status: STATUS, session: null }),
    onLoggedOut: (sh) => void loggedOut.push(sh),
    onSignals: (signals, woke) => void heard.push({ signals, woke }),
    onHandedIn: () => {},
  })
  let tip: string | null = null
  /** As a leader does: what is handed on is in the ring, and a resync makes it begin anew. */
  const hub: Hub = {
    ...made,
    batch(events, cursor) {
      ring.push(tip, cursor, events)
      tip = cursor
      made.batch(events, cursor)
    },
    resync(reason, refetchAfterMs, cursor) {
      ring.reset(cursor)
      tip = cursor
      made.resync(reason, refetchAfterMs, cursor)
    },
  }
  return { hub, heard, loggedOut }
}

async function aTab(
  hub: Hub,
  parts: { tabId?: string; wants?: Wants; visible?: boolean; deploy?: number; resumeFrom?: string } = {},
) {
  const frames: RuntimeFrame[] = []
  const connection = hub.connect((frame) => void frames.push(frame))
  const attach: TabFrame = {
    t: 'attach',
    tabId: 'tab1',
    lock: 'lock1',
    build: 'b',
    deploy: 0,
    resumeFrom: null,
    visible: true,
    online: true,
    wants: {},
    ...parts,
  }
  connection.receive(attach)
  await settle()
  const sequenced = () => frames.filter((frame) => frame.t === 'batch' || frame.t === 'resync')
  return { frames, sequenced, connection, send: (frame: TabFrame) => connection.receive(frame) }
}

type Step = { t: 'batch' } | { t: 'resync' } | { t: 'ack'; behind: number }
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.constant({ t: 'batch' as const }) },
  { weight: 1, arbitrary: fc.constant({ t: 'resync' as const }) },
  { weight: 3, arbitrary: fc.record({ t: fc.constant('ack' as const), behind: fc.nat(20) }) },
)

test('[HB01] a tab that never acknowledges gets at most as many frames as it has credits', () => {
  return fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
      const { hub } = aHub()
      const tab = await aTab(hub)
      steps.forEach(({ t }, index) => {
        if (t === 'batch') hub.batch([anEvent(index + 1)], `e.${index + 1}`)
        else hub.resync('trimmed', 0, `e.${index + 1}`)
      })
      expect(tab.sequenced()).toHaveLength(Math.min(steps.length, CREDIT_FRAMES))
    }),
  )
})

test('[HB01] [HB02] [HB03] whatever a tab acknowledges, it is told every event once, in order, or to fetch again after it', () => {
  return fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 300, size: 'max' }), async (steps) => {
      const { hub } = aHub()
      const tab = await aTab(hub)
      const lastSeq = () => tab.sequenced().at(-1)?.seq ?? 0
      let acked = 0
      const published: string[] = []
      steps.forEach((now, index) => {
        const cursor = `e.${index + 1}`
        if (now.t === 'batch') {
          published.push(`event-${index + 1}`)
          hub.batch([anEvent(index + 1)], cursor)
        } else if (now.t === 'resync') {
          published.push('resync')
          hub.resync('trimmed', 0, cursor)
        } else {
          acked = Math.max(acked, lastSeq() - now.behind)
          tab.send({ t: 'ack', seq: acked })
        }
        expect(lastSeq() - acked).toBeLessThanOrEqual(CREDIT_FRAMES)
      })
      // Twice: the first may be answered by what was left out, which wants its own.
      tab.send({ t: 'ack', seq: lastSeq() })
      tab.send({ t: 'ack', seq: lastSeq() })
      const told = tab
        .sequenced()
        .flatMap((frame) => (frame.t === 'batch' ? frame.events.map(({ eventId }) => eventId) : ['resync']))
      const since = (all: string[]) => all.slice(all.lastIndexOf('resync') + 1)
      expect(since(published).slice(-since(told).length || published.length + 1)).toEqual(since(told))
      if (!told.includes('resync')) expect(told).toEqual(published)
    }),
  )
})

test('[HB02] a tab that took nothing for a while is told what it missed in one frame, once it has taken all it was sent', async () => {
  const { hub } = aHub()
  const tab = await aTab(hub)
  for (let seq = 1; seq <= CREDIT_FRAMES + 5; seq += 1) hub.batch([anEvent(seq)], `e.${seq}`)
  tab.send({ t: 'ack', seq: CREDIT_FRAMES - 1 })
  expect(tab.sequenced()).toHaveLength(CREDIT_FRAMES)
  tab.send({ t: 'ack', seq: CREDIT_FRAMES })
  const missed = [1, 2, 3, 4, 5].map((more) => anEvent(CREDIT_FRAMES + more))
  expect(tab.sequenced().slice(CREDIT_FRAMES)).toEqual([
    { t: 'batch', seq: CREDIT_FRAMES + 1, cursor: `e.${CREDIT_FRAMES + 5}`, events: missed },
  ])
  hub.batch([anEvent(99)], 'e.99')
  expect(tab.sequenced().at(-1)).toMatchObject({ t: 'batch', seq: CREDIT_FRAMES + 2 })
})

test('[HB02] a tab that missed more than is kept gets one resync', async () => {
  const { hub } = aHub()
  const tab = await aTab(hub)
  const last = CREDIT_FRAMES + RING_EVENTS_MAX + 1
  for (let seq = 1; seq <= last; seq += 1) hub.batch([anEvent(seq)], `e.${seq}`)
  tab.send({ t: 'ack', seq: CREDIT_FRAMES })
  expect(tab.sequenced().slice(CREDIT_FRAMES)).toEqual([
    { t: 'resync', seq: CREDIT_FRAMES + 1, reason: 'lagging', refetchAfterMs: 0, cursor: `e.${last}` },
  ])
})

test('[HB09] a tab that comes back is told what it missed, of which it gets what it wants', async () => {
  const { hub } = aHub()
  await aTab(hub)
  for (let seq = 1; seq <= 4; seq += 1)
    hub.batch([anEvent(seq, { topic: seq === 3 ? 'tasks' : 'finance' })], `e.${seq}`)
  const back = await aTab(hub, { resumeFrom: 'e.1', wants: { topics: ['finance'] } })
  expect(back.frames).toEqual([
    { t: 'attached', status: STATUS, session: null, seq: 0, cursor: 'e.4', resumed: true },
    { t: 'batch', seq: 1, cursor: 'e.4', events: [anEvent(2), anEvent(4)] },
  ])
})

test('[HB09] a tab that comes back from before what is kept is told that it has to fetch', async () => {
  const { hub } = aHub()
  await aTab(hub)
  hub.batch([anEvent(1)], 'e.1')
  const back = await aTab(hub, { resumeFrom: 'e.of another life' })
  expect(back.frames).toMatchObject([{ t: 'attached', cursor: 'e.1', resumed: false }])
})

test('[HB10] a ping is answered at once, also before the tab is greeted', async () => {
  const { hub } = aHub(new Promise(() => {}))
  const tab = await aTab(hub)
  tab.send({ t: 'ping', n: 7 })
  expect(tab.frames).toEqual([{ t: 'pong', n: 7, attached: true }])
})

test('[HB10] a tab that was taken for dead hears so when it asks', async () => {
  const { hub } = aHub()
  const tab = await aTab(hub)
  tab.connection.close()
  tab.send({ t: 'ping', n: 8 })
  expect(tab.frames.at(-1)).toEqual({ t: 'pong', n: 8, attached: false })
})

test('[HB06] the deploy of a runtime is that of its newest page, also after that has gone', async () => {
  const { hub } = aHub()
  await aTab(hub, { deploy: 3 })
  const newer = await aTab(hub, { tabId: 'tab2', deploy: 5 })
  expect(hub.signals().deploy).toBe(5)
  newer.connection.close()
  expect(hub.signals().deploy).toBe(5)
})

test('[HB01] an acknowledgement of what was never sent buys no credit', async () => {
  const { hub } = aHub()
  const tab = await aTab(hub)
  tab.send({ t: 'ack', seq: 1000 })
  for (let seq = 1; seq <= CREDIT_FRAMES + 5; seq += 1) hub.batch([anEvent(seq)], `e.${seq}`)
  expect(tab.sequenced()).toHaveLength(CREDIT_FRAMES)
})

test('[HB01] one frozen tab takes nothing from another', async () => {
  const { hub } = aHub()
  await aTab(hub)
  const other = await aTab(hub, { tabId: 'tab2' })
  for (let seq = 1; seq <= 50; seq += 1) {
    hub.batch([anEvent(seq)], `e.${seq}`)
    other.send({ t: 'ack', seq })
  }
  expect(other.sequenced().every((frame) => frame.t === 'batch')).toBe(true)
  expect(other.sequenced()).toHaveLength(50)
})

test('[HB04] a tab is greeted once it is known who is signed in, and counts from then on', async () => {
  let known = () => {}
  const { hub, heard } = aHub(new Promise((resolve) => (known = resolve)))
  const tab = await aTab(hub)
  expect([tab.frames, heard]).toEqual([[], []])
  known()
  await settle()
  expect(heard).toEqual([{ signals: { tabs: 1, hidden: false, online: true, deploy: 0 }, woke: false }])
  expect(tab.frames).toEqual([
    { t: 'attached', status: STATUS, session: null, seq: 0, cursor: null, resumed: false },
  ])
})

test('[HB04] a tab that left before it was greeted is never counted', async () => {
  let known = () => {}
  const { hub, heard } = aHub(new Promise((resolve) => (known = resolve)))
  const tab = await aTab(hub)
  tab.send({ t: 'bye' })
  known()
  await settle()
  expect([tab.frames, heard, hub.signals().tabs]).toEqual([[], [], 0])
})

test('[HB05] a tab gets what it wants of a batch, and no frame when that is nothing', async () => {
  const { hub } = aHub()
  const tab = await aTab(hub, { wants: { topics: ['tasks'] } })
  const task = anEvent(2, { topic: 'tasks' })
  hub.batch([anEvent(1), task], 'e.2')
  hub.batch([anEvent(3)], 'e.3')
  expect(tab.sequenced()).toEqual([{ t: 'batch', seq: 1, cursor: 'e.2', events: [task] }])
  tab.send({ t: 'wants', wants: {} })
  hub.batch([anEvent(4)], 'e.4')
  expect(tab.sequenced()).toHaveLength(2)
})

test('[HB06] the tabs are hidden when all are, and online when one is', async () => {
  const { hub, heard } = aHub()
  const one = await aTab(hub)
  const two = await aTab(hub, { tabId: 'tab2', visible: false })
  expect(hub.signals()).toEqual({ tabs: 2, hidden: false, online: true, deploy: 0 })
  one.send({ t: 'signal', visible: false, online: false, woke: false })
  expect(hub.signals()).toEqual({ tabs: 2, hidden: true, online: true, deploy: 0 })
  two.send({ t: 'signal', visible: false, online: false, woke: true })
  expect(heard.at(-1)).toEqual({ signals: { tabs: 2, hidden: true, online: false, deploy: 0 }, woke: true })
})

test('[HB07] a tab whose lock was granted to us is gone, and is told nothing more', async () => {
  const { hub, heard } = aHub()
  const tab = await aTab(hub)
  tab.connection.close()
  tab.connection.close()
  hub.batch([anEvent(1)], 'e.1')
  hub.broadcast({ t: 'session', session: null })
  expect(tab.frames).toHaveLength(1)
  expect(heard).toHaveLength(2)
  expect(hub.inspect()).toEqual([])
})

test('[HB11] a logout that a tab heard of is passed on', async () => {
  const { hub, loggedOut } = aHub()
  const tab = hub.connect(() => {})
  tab.receive({ t: 'logged-out', sh: 'before it attached' })
  expect(loggedOut).toEqual(['before it attached'])
})
