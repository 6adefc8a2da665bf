import { beforeEach, expect, test } from 'vitest'
import { code, createSubscribeWorld, LIMITS, PATH, read, TOKEN_MS } from '../support/subscribe-world.ts'

let world: ReturnType<typeof createSubscribeWorld>
beforeEach(() => {
  world = createSubscribeWorld()
})

test('a first poll with wait=0 answers with the tip', async () => {
  const answer = await read(await world.get(`${PATH}&wait=0`, 'a/s/p1'))
  expect(answer).toMatchObject({ outcome: 'tip', events: [], gap: null, more: false, heldMs: 0 })
  expect(answer.auth).toEqual({ expiresInMs: TOKEN_MS, refresh: 'none' })
})

test('a held poll is answered by the next event and its cursor goes on from there', async () => {
  const held = world.get(PATH, 'a/s/p1')
  await world.clock.advance(700)
  await world.publish('a', 'p1')
  await world.clock.advance(0)
  const answer = await read(await held)
  expect(answer).toMatchObject({ outcome: 'events', heldMs: 700, more: false })
  expect(answer.events.map((event) => event.eventId)).toEqual(['n1'])
  const next = await world.get(`${PATH}&wait=0`, 'a/s/p1', { 'Rt-Cursor': answer.cursor })
  expect((await read(next)).outcome).toBe('tip')
})

test('a poll nobody has anything for ends within its hold, shortened by at most a tenth', async () => {
  const held = world.get(PATH, 'a/s/p1')
  await world.clock.advance(25_000)
  const answer = await read(await held)
  expect(answer.outcome).toBe('timeout')
  expect(answer.heldMs).toBeLessThanOrEqual(25_000)
  expect(answer.heldMs).toBeGreaterThanOrEqual(22_250)
})

test('the header cursor wins over the one in the query, which serves a plain curl', async () => {
  await world.publish('a', 'p1')
  const tip = (await read(await world.get(`${PATH}&wait=0`, 'a/s/p1'))).cursor
  const [epoch] = tip.split('.')
  const byQuery = await read(await world.get(`${PATH}&wait=0&cursor=${epoch}.0`, 'a/s/p1'))
  expect(byQuery.events).toHaveLength(1)
  const byHeader = await read(
    await world.get(`${PATH}&wait=0&cursor=${epoch}.0`, 'a/s/p1', { 'Rt-Cursor': tip }),
  )
  expect(byHeader.events).toHaveLength(0)
})

test('events of properties and topics that were not asked for, or are not granted, are passed over', async () => {
  const { cursor } = await read(await world.get(`${PATH}&wait=0`, 'a/s/p1,p2'))
  await world.publish('a', 'p1')
  await world.publish('a', 'p2')
  await world.publish('a', 'p3')
  await world.publish('a', 'p1', 'tasks')
  await world.publish('b', 'p1')
  const ids = async (path: string, token: string) =>
    (await read(await world.get(`${path}&wait=0`, token, { 'Rt-Cursor': cursor }))).events.map(
      (event) => event.eventId,
    )
  expect(await ids(PATH, 'a/s/p1,p2')).toEqual(['n1', 'n2', 'n4'])
  expect(await ids(PATH, 'a/s/p1')).toEqual(['n1', 'n4'])
  expect(await ids(`${PATH}&properties=p2,p3`, 'a/s/p1,p2')).toEqual(['n2'])
  expect(await ids(`${PATH}&topics=tasks`, 'a/s/p1,p2')).toEqual(['n4'])
  expect(await ids('/tasks/realtime/subscribe?p=poller-0001', 'a/s/p1,p2')).toEqual(['n4'])
  expect(await ids('/finance/realtime/subscribe?p=poller-0001', 'a/s/p1,p2')).toEqual(['n1', 'n2'])
})

test('a poll that was cut short by its limit says that there is more', async () => {
  const { cursor } = await read(await world.get(`${PATH}&wait=0`, 'a/s/p1'))
  for (let i = 0; i < 5; i += 1) await world.publish('a', 'p1')
  const first = await read(await world.get(`${PATH}&limit=3`, 'a/s/p1', { 'Rt-Cursor': cursor }))
  expect([first.events.length, first.more]).toEqual([3, true])
  const rest = await read(await world.get(`${PATH}&limit=3`, 'a/s/p1', { 'Rt-Cursor': first.cursor }))
  expect([rest.events.length, rest.more]).toEqual([2, false])
})

test('a gap says why, how much at most, and when to fetch again', async () => {
  const { cursor } = await read(await world.get(`${PATH}&wait=0`, 'a/s/p1'))
  await world.publish('a', 'p1')
  await world.clock.advance(LIMITS.eventTtlMs)
  const trimmed = await read(await world.get(PATH, 'a/s/p1', { 'Rt-Cursor': cursor }))
  expect(trimmed).toMatchObject({ outcome: 'gap', events: [], gap: { reason: 'trimmed', missedAtMost: 1 } })
  const foreign = await read(await world.get(PATH, 'a/s/p1', { 'Rt-Cursor': 'elsewhere.3' }))
  expect(foreign.gap).toMatchObject({ reason: 'epoch', missedAtMost: 0 })
  const ahead = await read(await world.get(PATH, 'a/s/p1', { 'Rt-Cursor': `${trimmed.cursor}9` }))
  expect(ahead.gap?.reason).toBe('ahead')
  expect(ahead.cursor).toBe(trimmed.cursor)
})

test('an event too large to keep is told as a gap with its own reason', async () => {
  const { cursor } = await read(await world.get(`${PATH}&wait=0`, 'a/s/p1'))
  const made = {
    eventId: 'big',
    type: 'x',
    topic: 'finance',
    orgId: 'a',
    propertyId: 'p1',
    at: 0,
    data: 'x'.repeat(20_000),
  }
  await world.broker.publish('a', [made])
  expect((await read(await world.get(PATH, 'a/s/p1', { 'Rt-Cursor': cursor }))).gap?.reason).toBe('overflow')
})

test('the waiter past the cap is answered at once, told when to come back, and misses nothing', async () => {
  const held = [world.get(PATH, 'a/s1/p1'), world.get(PATH, 'a/s2/p1')]
  await world.clock.advance(10)
  const answer = await read(await world.get(PATH, 'a/s3/p1'))
  expect(answer.outcome).toBe('waiter_cap')
  expect(answer.retry.afterMs).toBeGreaterThanOrEqual(2000)
  expect(answer.retry.afterMs).toBeLessThanOrEqual(5000)
  await world.publish('a', 'p1')
  await world.clock.advance(0)
  for (const poll of held) await poll
  expect((await read(await world.get(PATH, 'a/s3/p1', { 'Rt-Cursor': answer.cursor }))).events).toHaveLength(
    1,
  )
})

test('past the cap of the node nobody more is held, of whatever organisation, until somebody leaves', async () => {
  const held = ['a/s1/p1', 'a/s2/p1', 'b/s3/p1'].map((token) => world.get(PATH, token))
  await world.clock.advance(10)
  expect((await read(await world.get(PATH, 'c/s4/p1'))).outcome).toBe('waiter_cap')
  await world.publish('b', 'p1')
  await world.clock.advance(0)
  await held[2]
  const later = world.get(PATH, 'c/s4/p1')
  await world.clock.advance(10)
  await world.publish('c', 'p1')
  await world.clock.advance(0)
  expect((await read(await later)).outcome).toBe('events')
})

test('a newer poll of the session ends the older one as superseded', async () => {
  const older = world.get(PATH, 'a/s/p1')
  await world.clock.advance(10)
  const newer = world.get('/realtime/subscribe?p=poller-0002', 'a/s/p1')
  await world.clock.advance(10)
  expect((await read(await older)).outcome).toBe('superseded')
  await world.clock.advance(25_000)
  expect((await read(await newer)).outcome).toBe('timeout')
})

test('the higher generation wins, whichever came first', async () => {
  const leader = world.get(PATH, 'a/s/p1', { 'Rt-Generation': '7' })
  await world.clock.advance(10)
  const late = await read(await world.get(PATH, 'a/s/p1', { 'Rt-Generation': '6' }))
  expect(late).toMatchObject({ outcome: 'superseded', heldMs: 0 })
  const next = world.get(PATH, 'a/s/p1', { 'Rt-Generation': '8' })
  await world.clock.advance(10)
  expect((await read(await leader)).outcome).toBe('superseded')
  await world.clock.advance(25_000)
  expect((await read(await next)).outcome).toBe('timeout')
})

test('a generation that counts from one again is let in once the old leadership has been silent', async () => {
  await world.get(`${PATH}&wait=0`, 'a/s/p1', { 'Rt-Generation': '9' })
  const poll = async () => read(await world.get(`${PATH}&wait=0`, 'a/s/p1', { 'Rt-Generation': '1' }))
  expect((await poll()).outcome).toBe('superseded')
  await world.clock.advance(90_000)
  expect((await poll()).outcome).toBe('tip')
})

test('the end of a session answers its held poll at once', async () => {
  const held = world.get(PATH, 'a/s/p1')
  await world.clock.advance(10)
  world.realtime.endSession('s')
  expect(await code(await held)).toBe('401 session_revoked')
  expect(await code(await world.get(PATH, 'a/s/p1'))).toBe('401 session_revoked')
})

test('a hold ends before its token does, and the answer asks for a refresh in time', async () => {
  await world.clock.advance(TOKEN_MS - 10_000)
  const held = world.get(PATH, 'a/s/p1')
  await world.clock.advance(8000)
  const answer = await read(await held)
  expect(answer.outcome).toBe('timeout')
  expect(answer.auth.refresh).toBe('soon')
  expect(answer.auth.expiresInMs).toBeGreaterThanOrEqual(2000)
})

test('a client that went away frees its place', async () => {
  const controller = new AbortController()
  const gone = Promise.resolve(world.get(PATH, 'a/s/p1', {}, controller.signal)).catch(() => null)
  await world.clock.advance(10)
  controller.abort()
  await gone
  expect(world.lines.at(-1)?.fields).toMatchObject({ outcome: 'gone' })
})
