import { beforeEach, expect, test } from 'vitest'
import { createSubscribeWorld, LIMITS, PATH, read } from '../support/subscribe-world.ts'

let world: ReturnType<typeof createSubscribeWorld>
beforeEach(() => {
  world = createSubscribeWorld()
})

/** Chance is a half in these tests: holds are a twentieth shorter, and the spread of 2 s is drawn as one. */
const HELD_MS = 23_750
const SPREAD_MS = 1000
const AWAY_MS = 5000
const LEAVE = { withinMs: LIMITS.holdMs, awayMs: AWAY_MS }

test('a held poll is left alone, ends by itself and is sent past the restart', async () => {
  const held = world.get(PATH, 'a/s/p1')
  await world.clock.advance(1000)
  const gone = world.realtime.drain(LEAVE)
  await world.clock.advance(HELD_MS - 1000)
  const reply = await held
  expect(reply.headers.get('connection')).toBe('close')
  expect(await read(reply)).toMatchObject({
    outcome: 'timeout',
    heldMs: HELD_MS,
    drain: true,
    retry: { afterMs: AWAY_MS + SPREAD_MS, reason: 'drain' },
  })
  await world.clock.advance(50)
  await gone
})

test('who is told something meanwhile comes again at once, and is held as long as the last hold lasts', async () => {
  const busy = world.get(PATH, 'a/s1/p1')
  await world.clock.advance(1000)
  const quiet = world.get(PATH, 'b/s2/p1')
  await world.clock.advance(1000)
  void world.realtime.drain(LEAVE)
  await world.publish('a', 'p1')
  await world.clock.advance(100)
  const told = await busy
  expect(told.headers.get('connection')).toBe('close')
  const answer = await read(told)
  expect(answer).toMatchObject({ outcome: 'events', drain: true, retry: { afterMs: 0 } })
  const again = world.get(PATH, 'a/s1/p1', { 'Rt-Cursor': answer.cursor })
  await world.clock.advance(HELD_MS - 1000 - 100)
  expect(await read(await quiet)).toMatchObject({ outcome: 'timeout', heldMs: HELD_MS })
  expect(await read(await again)).toMatchObject({
    outcome: 'timeout',
    drain: true,
    retry: { afterMs: AWAY_MS + SPREAD_MS },
  })
})

test('who was told to come at once in the last moment for it is held', async () => {
  const busy = world.get(PATH, 'a/s1/p1')
  void world.get(PATH, 'b/s2/p1')
  await world.clock.advance(HELD_MS - 11_000)
  void world.realtime.drain(LEAVE)
  await world.publish('a', 'p1')
  await world.clock.advance(0)
  const answer = await read(await busy)
  expect(answer.retry.afterMs).toBe(0)
  await world.clock.advance(900)
  const again = world.get(PATH, 'a/s1/p1', { 'Rt-Cursor': answer.cursor })
  await world.clock.advance(10_100)
  expect(await read(await again)).toMatchObject({ outcome: 'timeout', heldMs: 10_100 })
})

test('who is told something in the last seconds waits for the last hold and the restart', async () => {
  const first = world.get(PATH, 'a/s1/p1')
  await world.clock.advance(2000)
  const last = world.get(PATH, 'b/s2/p1')
  await world.clock.advance(HELD_MS - 4000)
  void world.realtime.drain(LEAVE)
  await world.publish('a', 'p1')
  await world.clock.advance(0)
  expect((await read(await first)).retry.afterMs).toBe(4000 + AWAY_MS + SPREAD_MS)
  await world.publish('b', 'p1')
  await world.clock.advance(0)
  // Nobody is left to wait for.
  expect((await read(await last)).retry.afterMs).toBe(AWAY_MS + SPREAD_MS)
})

test('a poll that comes to a leaving server is told what there is, at once, and is not held', async () => {
  const { cursor } = await read(await world.get(`${PATH}&wait=0`, 'a/s/p1'))
  await world.publish('a', 'p1')
  void world.realtime.drain(LEAVE)
  const told = await read(await world.get(PATH, 'a/s/p1', { 'Rt-Cursor': cursor }))
  expect(told).toMatchObject({ outcome: 'events', drain: true, retry: { reason: 'drain' } })
  const late = await read(await world.get(PATH, 'a/s/p1', { 'Rt-Cursor': told.cursor }))
  expect(late).toMatchObject({ outcome: 'drain', cursor: told.cursor, drain: true, heldMs: 0 })
})

test('who is told a part comes for the rest at once', async () => {
  const { cursor } = await read(await world.get(`${PATH}&wait=0`, 'a/s/p1'))
  for (let i = 0; i < 3; i += 1) await world.publish('a', 'p1')
  void world.realtime.drain(LEAVE)
  const part = await read(await world.get(`${PATH}&limit=2`, 'a/s/p1', { 'Rt-Cursor': cursor }))
  expect(part).toMatchObject({ more: true, drain: true, retry: { afterMs: 0, reason: 'none' } })
})

test('a server that may not wait answers every held poll now', async () => {
  const held = world.get(PATH, 'a/s/p1')
  await world.clock.advance(10)
  await world.realtime.drain({ withinMs: 0, awayMs: 0 })
  expect(await read(await held)).toMatchObject({ outcome: 'drain', drain: true })
})

test('holds that are longer than there is time are cut within it, the others end by themselves', async () => {
  const early = world.get(PATH, 'a/s1/p1')
  await world.clock.advance(HELD_MS - 1000)
  const late = world.get(PATH, 'b/s2/p1')
  await world.clock.advance(10)
  const gone = world.realtime.drain({ withinMs: 8000, awayMs: 0 })
  await world.clock.advance(4000)
  expect(await read(await early)).toMatchObject({ outcome: 'timeout' })
  expect(await read(await late)).toMatchObject({ outcome: 'drain' })
  await world.clock.advance(50)
  await gone
})
