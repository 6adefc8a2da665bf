import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDeadlines } from '../../server/realtime/deadlines.ts'
import { createMemoryBroker } from '../../server/realtime/memory-broker.ts'
import { createPollFilter } from '../../server/realtime/poll-filter.ts'
import { createPolls } from '../../server/realtime/poll.ts'
import { createSessionFence } from '../../server/realtime/session-fence.ts'
import { createWaiters } from '../../server/realtime/waiters.ts'
import type { NewEvent } from '../../worker/wire/event.ts'
import { createRealtimeWorld, DELAY_MAX_MS, LIMITS, ORGS, SESSIONS } from '../support/realtime-world.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const session = fc.nat(SESSIONS.length - 1)
const orgId = fc.constantFrom(...ORGS)
const op = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      t: fc.constant('publish' as const),
      orgId,
      count: fc.integer({ min: 1, max: 4 }),
      propertyId: fc.constantFrom('p1', 'p2'),
      topic: fc.constantFrom('finance', 'tasks'),
      size: fc.constantFrom(10, 10, 10, 5000, 20_000),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      t: fc.constant('poll' as const),
      session,
      from: fc.oneof(
        { weight: 3, arbitrary: fc.constant('own' as const) },
        { weight: 1, arbitrary: fc.constantFrom('now' as const, 'ahead' as const, 'foreign' as const) },
        { weight: 2, arbitrary: fc.nat(14) },
      ),
      waitMs: fc.constantFrom(0, 25_000, 25_000, 3000),
      tokenMs: fc.constantFrom(600_000, 600_000, 9000, 1000),
      limit: fc.constantFrom(200, 2),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      t: fc.constant('advance' as const),
      ms: fc.constantFrom(1, 20, 40, 900, 9000, 26_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ t: fc.constant('republish' as const), orgId }) },
  { weight: 1, arbitrary: fc.record({ t: fc.constant('leave' as const), session }) },
  { weight: 1, arbitrary: fc.record({ t: fc.constant('idle' as const) }) },
)

test('I1–I12 hold for every sequence of publishes, polls, pauses, departures and drains', async () => {
  const delays = fc.array(fc.integer({ min: 0, max: DELAY_MAX_MS }), { minLength: 5, maxLength: 40 })
  const ops = fc.array(op, { minLength: 1, maxLength: 60, size: 'max' })
  // A drain ends all holding, so it comes late if at all.
  const drainAt = fc.option(fc.integer({ min: 20, max: 60 }), { freq: 2 })
  await fc.assert(
    fc.asyncProperty(ops, delays, drainAt, async (steps, chance, drainIndex) => {
      const world = await createRealtimeWorld(chance)
      for (const [index, step] of steps.entries()) {
        if (index === drainIndex) world.drain()
        if (step.t === 'publish')
          await world.publish(step.orgId, step.count, { ...step, data: 'd'.repeat(step.size) })
        else if (step.t === 'poll') world.poll(step)
        else if (step.t === 'advance') await world.advance(step.ms)
        else if (step.t === 'idle') await world.advance(LIMITS.orgIdleEvictMs + 20_000)
        else if (step.t === 'leave') world.leave(step.session)
        else await world.republishNewest(step.orgId)
        world.check()
      }
      await world.finish()
      world.check()
    }),
    { numRuns: 300 },
  )
}, 120_000)

const event = (i: number, at: number): NewEvent => ({
  eventId: `n${i}`,
  type: 'x',
  topic: 'finance',
  orgId: 'a',
  propertyId: 'p1',
  at,
  data: i,
})

test('I5: the same cursor delivers the same events again while they are kept', async () => {
  const counts = fc.integer({ min: 1, max: LIMITS.bufferEventsMax })
  await fc.assert(
    fc.asyncProperty(counts, fc.nat(LIMITS.bufferEventsMax), async (count, behind) => {
      const clock = createVirtualClock()
      const broker = createMemoryBroker({ clock, random: { id: () => 'epoch' }, limits: LIMITS })
      await broker.publish(
        'a',
        Array.from({ length: count }, (_, i) => event(i, clock.now())),
      )
      const after = { epoch: 'epoch', seq: Math.max(0, count - behind) }
      const first = await broker.read('a', after, { events: 200, bytes: 1e6 })
      await clock.advance(LIMITS.eventTtlMs - 1)
      expect(await broker.read('a', after, { events: 200, bytes: 1e6 })).toEqual(first)
      await broker.close()
    }),
  )
})

test('the first event after a quiet time is written to every held poll in the same moment', async () => {
  const clock = createVirtualClock()
  const random = { fraction: () => 0.5, id: () => 'epoch' }
  const limits = { ...LIMITS, waitersPerOrgMax: 100 }
  const broker = createMemoryBroker({ clock, random, limits })
  const waiters = createWaiters({ broker, clock, random })
  const [fence, deadlines] = [createSessionFence({ clock }), createDeadlines({ clock })]
  const mayHoldMs = () => Infinity
  const poll = createPolls({ broker, waiters, fence, deadlines, clock, random, limits, mayHoldMs })
  const filter = createPollFilter(['finance'], ['p1'])
  const answeredAt: number[] = []
  for (let i = 0; i < 50; i += 1) {
    const expiresAt = clock.now() + 600_000
    const caller = {
      userId: 'u',
      orgId: 'a',
      role: 'owner' as const,
      properties: ['p1'],
      sid: `s${i}`,
      expiresAt,
    }
    const options = {
      caller,
      filter,
      cursor: null,
      generation: null,
      waitMs: 25_000,
      limit: 200,
      onGone: () => {},
    }
    void poll(options).then(() => answeredAt.push(clock.now()))
  }
  await clock.advance(1000)
  expect(waiters.total()).toBe(50)
  await broker.publish('a', [event(1, clock.now())])
  await clock.advance(0)
  expect(answeredAt).toHaveLength(50)
})
