import { beforeEach, expect, test, vi } from 'vitest'
import { BROKER_ANSWER_MS, COALESCE_MS, SHARED_READ_MS, STALL_LOOK_MS } from '../../server/realtime/limits.ts'
import { code, createSubscribeWorld, PATH, read } from '../support/subscribe-world.ts'

let world: ReturnType<typeof createSubscribeWorld>
beforeEach(() => {
  world = createSubscribeWorld()
})

const tip = async () => (await read(await world.get(`${PATH}&wait=0`, 'a/s/p1'))).cursor
const pollsAt = (cursor: string, count: number, properties = 'p1') =>
  Promise.all(
    Array.from({ length: count }, async (_, i) =>
      world.get(PATH, `a/${properties}-${i}/${properties}`, { 'Rt-Cursor': cursor }),
    ),
  )

test('polls that come back at one cursor cost one read of the broker and one serialisation', async () => {
  const cursor = await tip()
  await world.publish('a', 'p1')
  const reads = vi.spyOn(world.broker, 'read')
  const stringify = vi.spyOn(JSON, 'stringify')
  const answers = await Promise.all((await pollsAt(cursor, 300)).map(read))
  expect(answers.map((answer) => answer.events.length)).toEqual(Array.from({ length: 300 }, () => 1))
  expect(reads).toHaveBeenCalledTimes(1)
  expect(stringify).toHaveBeenCalledTimes(1)
  stringify.mockRestore()
})

test('polls of different filters share the read and are told their own', async () => {
  const cursor = await tip()
  await world.publish('a', 'p1')
  await world.publish('a', 'p2')
  const reads = vi.spyOn(world.broker, 'read')
  const told = async (properties: string) =>
    (await read((await pollsAt(cursor, 1, properties))[0]!)).events.map((event) => event.propertyId)
  expect(await Promise.all(['p1', 'p2', 'p1,p2'].map(told))).toEqual([['p1'], ['p2'], ['p1', 'p2']])
  expect(reads).toHaveBeenCalledTimes(1)
})

test('a shared read ends when the feed moves, and after a moment by itself', async () => {
  const held = world.get(PATH, 'a/other/p9')
  const cursor = await tip()
  await world.publish('a', 'p1')
  await world.clock.advance(0)
  const reads = vi.spyOn(world.broker, 'read')
  const count = async () => (await read((await pollsAt(cursor, 1))[0]!)).events.length
  expect([await count(), await count()]).toEqual([1, 1])
  await world.publish('a', 'p1')
  expect(await count()).toBe(2)
  await world.clock.advance(SHARED_READ_MS)
  const before = reads.mock.calls.length
  expect(await count()).toBe(2)
  expect(reads.mock.calls.length).toBe(before + 1)
  world.realtime.endSession('other')
  await held
})

test('a broker that never answers is told as broker_down in its time, with a time to come back', async () => {
  vi.spyOn(world.broker, 'read').mockReturnValue(new Promise(() => {}))
  const poll = world.get(PATH, 'a/s/p1')
  await world.clock.advance(BROKER_ANSWER_MS)
  const reply = await poll
  expect(await code(reply)).toBe('503 broker_down')
  expect(Number(reply.headers.get('retry-after'))).toBeGreaterThanOrEqual(2)
})

test('an event whose wake was lost is found by a look, and the look is counted', async () => {
  const watch = vi.spyOn(world.broker, 'watch').mockReturnValue(() => {})
  const held = world.get(PATH, 'a/s/p1')
  await world.clock.advance(0)
  expect(watch).toHaveBeenCalledTimes(1)
  await world.publish('a', 'p1')
  await world.clock.advance(STALL_LOOK_MS)
  const answer = await read(await held)
  expect([answer.outcome, answer.heldMs]).toEqual(['events', STALL_LOOK_MS])
  expect(world.realtime.stalls()).toBe(1)
})

test('a quiet feed that misses no wake counts no stall', async () => {
  const held = world.get(PATH, 'a/s/p1')
  await world.clock.advance(2 * STALL_LOOK_MS)
  await world.publish('a', 'p1')
  await world.clock.advance(COALESCE_MS)
  expect((await read(await held)).outcome).toBe('events')
  expect(world.realtime.stalls()).toBe(0)
})

test('a fleet that is told of a gap is spread even where nobody waits yet', async () => {
  const answers = await Promise.all((await pollsAt('elsewhere.7', 400)).map(read))
  const waits = answers.map((answer) => answer.gap?.refetchAfterMs ?? -1)
  expect(waits[0]).toBe(0)
  expect(waits.at(-1)).toBeGreaterThan(300)
  expect(Math.max(...waits)).toBeLessThanOrEqual(30_000)
})
