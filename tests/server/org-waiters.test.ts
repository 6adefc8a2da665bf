import { expect, test } from 'vitest'
import { COALESCE_MS } from '../../server/realtime/limits.ts'
import { createMemoryBroker } from '../../server/realtime/memory-broker.ts'
import { createOrgWaiters, type Waiter } from '../../server/realtime/org-waiters.ts'
import type { Saying } from '../../server/realtime/poll-answer.ts'
import { createPollFilter } from '../../server/realtime/poll-filter.ts'
import type { NewEvent } from '../../worker/wire/event.ts'
import { LIMITS } from '../support/realtime-world.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const EPOCH = 'epoch'

function createRoom() {
  const clock = createVirtualClock()
  const broker = createMemoryBroker({ clock, random: { id: () => EPOCH }, limits: LIMITS })
  const reads: number[] = []
  const counted = {
    ...broker,
    read: (...args: Parameters<typeof broker.read>) => {
      reads.push(args[1].seq)
      return broker.read(...args)
    },
  }
  const waiters = createOrgWaiters({
    orgId: 'a',
    broker: counted,
    clock,
    refetchAfterMs: () => 0,
    onStall: () => {},
  })
  let serial = 0
  const publish = (propertyId: string) => {
    const made: NewEvent = {
      eventId: `n${(serial += 1)}`,
      type: 'x',
      topic: 'finance',
      orgId: 'a',
      propertyId,
      at: clock.now(),
      data: null,
    }
    return broker.publish('a', [made])
  }
  function join(propertyId: string, seq = 0) {
    const told: { saying: Saying; at: number }[] = []
    const waiter: Waiter = {
      cursor: { epoch: EPOCH, seq },
      filter: createPollFilter(['finance'], [propertyId]),
      limit: 200,
      settle(saying) {
        if (typeof saying === 'string') throw new Error(saying)
        leave()
        told.push({ saying, at: clock.now() })
      },
    }
    const leave = waiters.join(waiter)
    return { waiter, told }
  }
  return { clock, waiters, reads, publish, join }
}

test('an event that falls into the pause after a delivery is delivered when the pause ends', async () => {
  const { clock, publish, join } = createRoom()
  const second = join('p2')
  join('p1')
  await publish('p1')
  await clock.advance(COALESCE_MS / 2)
  const publishedAt = clock.now()
  await publish('p2')
  await clock.advance(COALESCE_MS)
  expect(second.told).toHaveLength(1)
  expect(second.told[0]!.at - publishedAt).toBeLessThanOrEqual(COALESCE_MS)
})

test('a poll whose filter passes everything over still moves on with the feed', async () => {
  const { clock, publish, join } = createRoom()
  const { waiter, told } = join('p2')
  for (let i = 0; i < 5; i += 1) {
    await publish('p1')
    await clock.advance(COALESCE_MS * 2)
  }
  expect(told).toEqual([])
  expect(waiter.cursor.seq).toBe(5)
})

test('polls of one cursor and filter share one read and the same bytes', async () => {
  const { clock, publish, join, reads } = createRoom()
  const polls = Array.from({ length: 20 }, () => join('p1'))
  await publish('p1')
  await clock.advance(0)
  expect(reads).toEqual([0])
  const heads = new Set(polls.map(({ told }) => told[0]?.saying.head))
  expect(heads.size).toBe(1)
})

test('a burst within the pause is one more answer, not one an event', async () => {
  const { clock, publish, join } = createRoom()
  join('p1')
  await publish('p1')
  await clock.advance(0)
  const next = join('p1', 1)
  for (let i = 0; i < 4; i += 1) await publish('p1')
  await clock.advance(COALESCE_MS)
  expect(next.told.map(({ saying }) => saying.eventCount)).toEqual([4])
})
