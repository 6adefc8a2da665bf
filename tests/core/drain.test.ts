import { beforeEach, expect, test } from 'vitest'
import { createDrain, BLAMED_MAX, LANES_MAX, type Drain } from '../../worker/core/drain.ts'
import { createOutbox, type Outbox } from '../../worker/core/outbox.ts'
import { createRequests } from '../../worker/core/request.ts'
import { LEASE_MS, OUTBOX_LOCK, type OutboxRow } from '../../worker/wire/outbox.ts'
import { aView } from '../support/core-samples.ts'
import { createSessionRig, type SessionRig } from '../support/session-rig.ts'
import { aWrite } from '../support/writes.ts'

let rig: SessionRig
let outbox: Outbox
let drain: Drain
let counted: unknown[]
let over: AbortController

function createParts(of: SessionRig) {
  const { platform, sessions, refresh } = of
  const box = createOutbox({ ...platform, table: platform.outbox })
  const requests = createRequests({ platform, sessions, refresh })
  const count = (...one: unknown[]) => void counted.push(one)
  return { box, drain: createDrain({ platform, outbox: box, requests, instanceId: 'r1', count }) }
}

beforeEach(async () => {
  rig = createSessionRig()
  counted = []
  over = new AbortController()
  const parts = createParts(rig)
  outbox = parts.box
  drain = parts.drain
  await rig.signIn()
})

async function begin(): Promise<void> {
  void drain.serve(rig.current(), over.signal)
  await rig.pass(0)
}

const keys = () => rig.script.open('/api').map(({ request }) => request.headers['Idempotency-Key'])
const only = () => rig.script.only('/api')
const rows = (): OutboxRow[] => rig.platform.profile.outbox.rows()
const states = () => rows().map(({ mutationId, state }) => [mutationId, state])

test('[OB09] a write is sent with its key, its actor and the rev it was made on, and is gone once confirmed', async () => {
  await outbox.append(aWrite('m1', { verb: 'edit', baseRev: 3 }))
  await begin()
  expect(only().request).toMatchObject({
    method: 'PATCH',
    headers: {
      'Idempotency-Key': 'm1',
      'Rt-Actor': 'ada',
      'If-Match': '"3"',
      Authorization: 'Bearer token1',
    },
  })
  expect(rows()[0]?.lease).toMatchObject({ by: 'r1' })
  const heard: unknown[] = []
  outbox.onNews((news) => void (news.t === 'settled' && heard.push(news)))
  only().answer({ id: 'row1', rev: 4 })
  await rig.pass(0)
  expect(rows()).toEqual([])
  expect(heard).toEqual([{ v: 1, t: 'settled', mutationId: 'm1', row: { id: 'row1', rev: 4 } }])
})

test('[OB02] of one lane one is on its way, of different lanes four', async () => {
  for (let n = 1; n <= 6; n += 1) await outbox.append(aWrite(`m${n}`, { rowId: `row${n}` }))
  await outbox.append(aWrite('m7', { rowId: 'row1', verb: 'approve' }))
  await begin()
  expect(keys()).toEqual(['m1', 'm2', 'm3', 'm4'])
  expect(keys()).toHaveLength(LANES_MAX)
  rig.script.open('/api')[0]?.answer({ rev: 1 })
  await rig.pass(0)
  expect(keys()).toEqual(['m2', 'm3', 'm4', 'm7'])
  const [approval] = rig.script.open('/api').slice(-1)
  expect(approval?.request.headers['If-Match']).toBe('"1"')
})

test('[OB05] a change made on one that was merged names it to the server', async () => {
  await outbox.append(aWrite('m1', { verb: 'edit', baseRev: 3 }))
  await begin()
  await outbox.append(aWrite('m2', { verb: 'edit', baseRev: 3 }))
  only().answer({ rev: 6 })
  await rig.pass(0)
  expect(only().request.headers).toMatchObject({ 'If-Match': '"3"', 'Rt-After': 'm1' })
})

test('[OB07] when nothing goes through the rest waits, nobody is blamed, and the wait grows', async () => {
  for (let n = 1; n <= 9; n += 1) await outbox.append(aWrite(`m${n}`, { rowId: `row${n}` }))
  await begin()
  for (const exchange of rig.script.open('/api')) exchange.fail()
  await rig.pass(0)
  expect(rig.script.sentTo('/api')).toHaveLength(LANES_MAX)
  expect(rows().map(({ failures, blamed, nextAt }) => [failures, blamed, nextAt])).toEqual(
    Array.from({ length: 9 }, () => [0, 0, 0]),
  )
  expect(rows()[0]).toMatchObject({ trouble: { code: 'network' }, lease: null })
  await rig.pass(999)
  expect(keys()).toEqual([])
  await rig.pass(1)
  expect(keys()).toHaveLength(LANES_MAX)
  for (const exchange of rig.script.open('/api')) exchange.portal()
  await rig.pass(1999)
  expect(keys()).toEqual([])
  await rig.pass(1)
  expect(keys()).toHaveLength(LANES_MAX)
})

test('[OB07] a person or the network ends the wait, but not the one the server asked for', async () => {
  await outbox.append(aWrite('m1'))
  await begin()
  only().fail()
  await rig.pass(0)
  drain.hurry()
  await rig.pass(0)
  only().refuse('rate_limited', { 'Retry-After': '20' })
  await rig.pass(0)
  outbox.hurry()
  await rig.pass(19_999)
  expect(keys()).toEqual([])
  await rig.pass(1)
  expect(keys()).toEqual(['m1'])
})

test('[OB03] a write whose answer was lost goes again with its key', async () => {
  await outbox.append(aWrite('m1'))
  await begin()
  only().fail()
  await rig.pass(1000)
  expect(keys()).toEqual(['m1'])
  expect(rows()[0]).toMatchObject({ attempts: 2 })
})

test('[OB06] what the server refuses waits for a person, and its lane with it', async () => {
  await outbox.append(aWrite('m1', { rowId: 'row1' }))
  await outbox.append(aWrite('m2', { rowId: 'row2', verb: 'edit' }))
  await begin()
  await outbox.append(aWrite('m3', { rowId: 'row1', verb: 'edit' }))
  const [first, second] = rig.script.open('/api')
  first?.refuse('validation_failed')
  second?.refuse('conflict')
  await rig.pass(120_000)
  expect(keys()).toEqual([])
  expect(states()).toEqual([
    ['m1', 'rejected'],
    ['m2', 'conflict'],
    ['m3', 'queued'],
  ])
})

test('[OB08] a write that fails while others go through is parked, counted, and its lane alone stands', async () => {
  await outbox.append(aWrite('bad', { rowId: 'bad' }))
  await begin()
  for (let n = 0; n <= BLAMED_MAX; n += 1) {
    only().refuse('internal')
    await outbox.append(aWrite(`good${n}`, { rowId: `good${n}` }))
    await rig.pass(0)
    only().answer({ rev: 1 })
    await rig.pass(60_000)
  }
  expect(states()).toEqual([['bad', 'parked']])
  expect(counted).toEqual([['outbox_parked', { code: 'internal' }]])
  expect(keys()).toEqual([])
})

test('[OB08] one that fails alone is not to blame', async () => {
  await outbox.append(aWrite('m1'))
  await begin()
  for (let n = 0; n < 9; n += 1) {
    while (keys().length === 0) await rig.pass(1000)
    only().refuse('internal')
    await rig.pass(0)
  }
  expect(states()).toEqual([['m1', 'queued']])
})

test('[OB09] what somebody else entered here is not touched', async () => {
  await outbox.append(aWrite('m1', { userId: 'bob' }))
  await outbox.append(aWrite('m2', { orgId: 'globex' }))
  await begin()
  await rig.pass(120_000)
  expect(rig.script.sentTo('/api')).toEqual([])
  expect(rows().map(({ attempts }) => attempts)).toEqual([0, 0])
})

test('[OB09] a write of a session that was replaced in the middle of it is never sent under the next', async () => {
  await outbox.append(aWrite('m1', { rowId: 'row1' }))
  await outbox.append(aWrite('m2', { rowId: 'row1', verb: 'approve' }))
  await begin()
  const first = only()
  await rig.signIn(aView('sh2', 'bob'), 'token2')
  first.answer({ rev: 1 })
  await rig.pass(120_000)
  expect(rig.script.sentTo('/api')).toHaveLength(1)
  expect(rows().map(({ lease }) => lease)).toEqual([null, null])
})

test('[OB09] a server that finds another actor stops everything, and the write stays', async () => {
  await outbox.append(aWrite('m1', { rowId: 'row1' }))
  await begin()
  await outbox.append(aWrite('m2', { rowId: 'row2' }))
  only().refuse('actor_mismatch')
  await rig.pass(0)
  expect(states()).toEqual([
    ['m1', 'parked'],
    ['m2', 'queued'],
  ])
  expect(counted).toEqual([['outbox_parked', { code: 'actor_mismatch' }]])
  expect(keys()).toEqual([])
})

test('[OB10] an event that settles a write first leaves nothing for its reply', async () => {
  await outbox.append(aWrite('m1'))
  await begin()
  const [row] = rows()
  await outbox.settle(row!, { row: { rev: 1 } })
  const heard: unknown[] = []
  outbox.onNews((news) => void (news.t === 'settled' && heard.push(news)))
  only().answer({ rev: 1 })
  await rig.pass(0)
  expect([rows(), heard]).toEqual([[], []])
})

async function beginSecond(): Promise<void> {
  const other = createSessionRig({ ...rig.platform, script: rig.script, instanceId: 'r2' })
  await other.signIn()
  void createParts(other).drain.serve(other.current(), over.signal)
  await rig.pass(0)
}

test('[OB11] a second sender waits for the lock and takes up what the first left when it died', async () => {
  await outbox.append(aWrite('m1'))
  await begin()
  await beginSecond()
  expect(keys()).toEqual(['m1'])
  rig.platform.die()
  await rig.pass(1)
  expect(rows()[0]).toMatchObject({ attempts: 2 })
  expect(rig.platform.profile.held()).toContain(OUTBOX_LOCK)
})

test('[OB11] a sender that is frozen is passed over after the time of a lease, and what it says late is of no account', async () => {
  await outbox.append(aWrite('m1'))
  await begin()
  await beginSecond()
  const thaw = rig.platform.freeze()
  await rig.pass(LEASE_MS - 1)
  expect(rows()[0]).toMatchObject({ attempts: 1 })
  await rig.pass(1)
  expect(keys()).toEqual(['m1', 'm1'])
  const [late, again] = rig.script.open('/api')
  again?.answer({ rev: 1 })
  await rig.pass(0)
  expect(rows()).toEqual([])
  late?.refuse('conflict')
  await thaw()
  await rig.pass(0)
  expect(rows()).toEqual([])
})

test('[OB11] the lock is free while there is nothing to send', async () => {
  await begin()
  expect(rig.platform.profile.held()).not.toContain(OUTBOX_LOCK)
  await outbox.append(aWrite('m1'))
  await rig.pass(0)
  expect(rig.platform.profile.held()).toContain(OUTBOX_LOCK)
  only().answer({ rev: 1 })
  await rig.pass(0)
  expect(rig.platform.profile.held()).not.toContain(OUTBOX_LOCK)
})
