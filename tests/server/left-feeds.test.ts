import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readSnapshot, writeSnapshot } from '../../server/realtime/feed-snapshot.ts'
import { createMemoryBroker, type LeftFeed, type MemoryBroker } from '../../server/realtime/memory-broker.ts'
import type { NewEvent } from '../../worker/wire/event.ts'
import { createVirtualClock, type VirtualClock } from '../support/virtual-clock.ts'

const LIMITS = {
  bufferEventsMax: 6,
  eventTtlMs: 20_000,
  holdMs: 25_000,
  waitersPerOrgMax: 3,
  waitersPerNodeMax: 1000,
  orgIdleEvictMs: 60_000,
}
const ALL = { events: 200, bytes: 1e6 }

const epoch = 'epoch'
const random = { id: () => epoch }

function event(id: number, bytes = 10): NewEvent {
  return {
    eventId: `n${id}`,
    type: 'x',
    topic: 'finance',
    orgId: 'a',
    propertyId: 'p1',
    at: 0,
    data: 'd'.repeat(bytes),
  }
}

const newBroker = (clock: VirtualClock, left: readonly LeftFeed[] = [], limits = LIMITS) =>
  createMemoryBroker({ clock, random, limits, left })

/** As it is written, and read by the next process, whose clock counts from elsewhere. */
async function restart(broker: MemoryBroker, awayMs: number, limits = LIMITS) {
  broker.stopAging()
  const left = broker.leave()
  const bytes = Buffer.from([...writeSnapshot(left, 1e12)].join(''))
  const read = readSnapshot(bytes, 1e12 + awayMs)
  if (typeof read === 'string') throw new Error(read)
  await broker.close()
  const clock = createVirtualClock(7)
  return { clock, broker: newBroker(clock, read, limits) }
}

test('a feed that went on in another process answers every cursor as one that never stopped', async () => {
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ t: fc.constant('publish' as const), id: fc.nat(30), big: fc.nat(9) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ t: fc.constant('advance' as const), ms: fc.constantFrom(1, 900, 9000) }),
    },
    { weight: 2, arbitrary: fc.record({ t: fc.constant('restart' as const) }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const clock = createVirtualClock()
      const stays = newBroker(clock)
      let moved = { clock, broker: newBroker(clock) }
      moved = await restart(moved.broker, 0)
      for (const each of steps) {
        if (each.t === 'publish') {
          const events = [event(each.id, each.big === 9 ? 20_000 : 10)]
          expect((await moved.broker.publish('a', events)).accepted).toBe(
            (await stays.publish('a', events)).accepted,
          )
        } else if (each.t === 'advance')
          await Promise.all([clock.advance(each.ms), moved.clock.advance(each.ms)])
        else moved = await restart(moved.broker, 1000)
        const { last } = await stays.position('a')
        for (let seq = 0; seq <= last + 1; seq += 1) {
          const at = { epoch, seq }
          expect(await moved.broker.read('a', at, ALL)).toEqual(await stays.read('a', at, ALL))
        }
        const { events, bytes } = stays.stats()
        expect(moved.broker.stats()).toMatchObject({ events, bytes })
      }
    }),
    { numRuns: 200 },
  )
})

test('nothing grows older while a process leaves and none runs, and bounds of count still hold', async () => {
  const clock = createVirtualClock()
  const broker = newBroker(clock)
  await broker.publish('a', [event(1)])
  await clock.advance(LIMITS.eventTtlMs - 1)
  broker.stopAging()
  await clock.advance(30_000)
  await broker.publish('a', [event(2)])
  const next = await restart(broker, 60_000)
  expect(await next.broker.read('a', { epoch, seq: 0 }, ALL)).toMatchObject({
    events: [{ seq: 1 }, { seq: 2 }],
  })
  await next.clock.advance(1)
  expect(await next.broker.read('a', { epoch, seq: 0 }, ALL)).toMatchObject({
    kind: 'gap',
    reason: 'trimmed',
  })
  expect(await next.broker.read('a', { epoch, seq: 1 }, ALL)).toMatchObject({ events: [{ seq: 2 }] })
})

test('an event that was published and not yet forgotten by the store is not told again by the next process', async () => {
  const clock = createVirtualClock()
  const broker = newBroker(clock)
  await broker.publish('a', [event(1)])
  await clock.advance(LIMITS.eventTtlMs)
  await broker.position('a')
  const next = await restart(broker, 0)
  expect(next.broker.stats().events).toBe(0)
  expect(await next.broker.publish('a', [event(1), event(2)])).toMatchObject({ accepted: 1, duplicates: 1 })
})

test('a process with a smaller buffer keeps the newest, and says so to whom the others are missing', async () => {
  const broker = newBroker(createVirtualClock())
  await broker.publish(
    'a',
    [1, 2, 3, 4].map((id) => event(id)),
  )
  const next = await restart(broker, 0, { ...LIMITS, bufferEventsMax: 2 })
  expect(await next.broker.read('a', { epoch, seq: 1 }, ALL)).toMatchObject({
    kind: 'gap',
    reason: 'trimmed',
    missedAtMost: 1,
  })
  expect(await next.broker.read('a', { epoch, seq: 2 }, ALL)).toMatchObject({
    events: [{ seq: 3 }, { seq: 4 }],
  })
})

test('what was left is left for good: nothing is published behind it', async () => {
  const broker = newBroker(createVirtualClock())
  await broker.publish('a', [event(1)])
  broker.leave()
  await expect(broker.publish('a', [event(2)])).rejects.toThrow('closed')
})
