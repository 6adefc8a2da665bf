import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { readConfig } from '../../server/config.ts'
import { systemRandom } from '../../server/node-deps.ts'
import { createMemoryBroker } from '../../server/realtime/memory-broker.ts'
import { createEventPublisher } from '../../server/store/event-publisher.ts'
import { openStore, type Store } from '../../server/store/open-store.ts'
import type { NewEvent } from '../../worker/wire/event.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const RETRY_FIRST_MS = 500
const RETRY_MAX_MS = 30_000

let serial = 0
function eventOf(orgId: string): NewEvent {
  serial += 1
  const rest = {
    topic: 'finance',
    propertyId: 'p1',
    mutationId: systemRandom.uuid(),
    requestId: `r${serial}`,
  }
  return { ...rest, eventId: `e${serial}`, type: 'transaction.created', orgId, at: serial, data: { serial } }
}

/** One life of a server process around a store: its publisher, and a broker that tells what it was given. */
function createLife(store: Store) {
  const clock = createVirtualClock()
  const { limits } = readConfig({}).config
  const broker = createMemoryBroker({ clock, random: systemRandom, limits })
  const life = {
    clock,
    broker,
    /** What the broker took, in order. */
    heard: [] as NewEvent[],
    calls: 0,
    /** Pauses before the tries that followed a failure. */
    waits: [] as unknown[],
    /** Runs before the broker takes the events; what it throws is the broker's failure. */
    before: async (): Promise<void> => {},
    /** Runs when the broker has taken them and the store does not know yet. */
    after: async (): Promise<void> => {},
  }
  const publisher = createEventPublisher({
    store,
    clock,
    log: (_level, _message, fields = {}) => void life.waits.push(fields.waitMs),
    broker: {
      async publish(orgId, events) {
        life.calls += 1
        await life.before()
        const published = await broker.publish(orgId, events)
        life.heard.push(...events)
        await life.after()
        return published
      },
    },
  })
  return Object.assign(life, {
    publisher,
    /** One transaction. */
    commit: (events: NewEvent[]) =>
      store.db.transaction().execute(async (trx) => {
        for (const event of events) await publisher.stage(trx, event)
      }),
    waiting: async () =>
      (await store.db.selectFrom('eventOutbox').select('id').execute()).map(({ id }) => id),
  })
}

async function open(dataDir = ':memory:'): Promise<Store> {
  const store = await openStore({ databaseUrl: null, dataDir, log: () => {} })
  onTestFinished(() => store.close())
  return store
}

const down = () => Promise.reject(new Error('out of reach'))
const up = async () => {}

test('a crash between publish and forget publishes again under the same id, which the broker knows', async () => {
  const folder = tempFolder()
  const store = await open(folder)
  const crashing = createLife(store)
  const event = eventOf('acme')
  await crashing.commit([event])
  crashing.after = () => store.close()
  await crashing.publisher.flush()
  expect(crashing.heard).toEqual([event])

  const restarted = createLife(await open(folder))
  // The broker of a cluster lives on: what the first life told it is still there.
  await restarted.broker.publish('acme', crashing.heard)
  const { last } = await restarted.broker.position('acme')
  await restarted.publisher.flush()
  expect(restarted.heard).toEqual([event])
  expect((await restarted.broker.position('acme')).last).toBe(last)
  expect(await restarted.waiting()).toEqual([])
})

test('an event is not heard while its transaction is open', async () => {
  const store = await open()
  const life = createLife(store)
  const event = eventOf('acme')
  let flushed: Promise<void> | undefined
  await store.db.transaction().execute(async (trx) => {
    await life.publisher.stage(trx, event)
    flushed = life.publisher.flush()
    await life.clock.advance(RETRY_MAX_MS)
    expect(life.calls).toBe(0)
  })
  await flushed
  expect(life.heard).toEqual([event])
})

test('the pauses between tries grow to half a minute and no further, and a success makes them short again', async () => {
  const life = createLife(await open())
  const [first, second] = [eventOf('acme'), eventOf('acme')]
  await life.commit([first])
  life.before = down
  await life.publisher.flush()
  const waits = [500, 1000, 2000, 4000, 8000, 16_000, RETRY_MAX_MS, RETRY_MAX_MS]
  for (const [tries, waitMs] of waits.entries()) {
    expect(life.waits).toEqual(waits.slice(0, tries + 1))
    await life.clock.advance(waitMs - 1)
    expect(life.calls).toBe(tries + 1)
    if (tries < waits.length - 1) await life.clock.advance(1)
  }
  expect(await life.waiting()).toEqual([first.eventId])
  life.before = up
  await life.clock.advance(1)
  expect(life.heard).toEqual([first])
  expect(await life.waiting()).toEqual([])

  life.before = down
  await life.commit([second])
  await life.publisher.flush()
  expect(life.waits.at(-1)).toBe(RETRY_FIRST_MS)
  life.before = up
  await life.clock.advance(RETRY_FIRST_MS)
  expect(life.heard).toEqual([first, second])
})

test('what is committed while a round is under way goes out before the flush that asked for it ends', async () => {
  const life = createLife(await open())
  const [first, second] = [eventOf('acme'), eventOf('acme')]
  await life.commit([first])
  let told: NewEvent[] = []
  let asked: Promise<void> | undefined
  const lastLook = new Promise<void>((resolve) => {
    life.after = async () => {
      life.after = up
      await life.commit([second])
      asked = life.publisher.flush().then(() => void (told = [...life.heard]))
      resolve()
    }
  })
  await life.publisher.flush()
  await lastLook
  await asked
  expect(told).toEqual([first, second])
})

const ORGS = ['acme', 'globex', 'initech']
const step = fc.record({
  orgIds: fc.array(fc.constantFrom(...ORGS), { minLength: 1, maxLength: 4 }),
  rolledBack: fc.boolean(),
  brokerFails: fc.boolean(),
  flushes: fc.boolean(),
  crashes: fc.constantFrom(true, false, false, false),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

test('whatever rolls back, fails or crashes, each organisation hears its commits in order and nothing else', async () => {
  const law = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps: Step[]) => {
    const store = await openStore({ databaseUrl: null, dataDir: ':memory:', log: () => {} })
    const committed: NewEvent[] = []
    // The clock of a life that is over stands still.
    const lives = [createLife(store)]
    const current = () => lives.at(-1)!
    for (const { orgIds, rolledBack, brokerFails, flushes, crashes } of steps) {
      const life = current()
      life.before = brokerFails ? down : up
      const events = orgIds.map(eventOf)
      const cause = new Error('rolled back')
      const write = store.db.transaction().execute(async (trx) => {
        for (const event of events) await life.publisher.stage(trx, event)
        if (rolledBack) throw cause
      })
      if (rolledBack) await expect(write).rejects.toBe(cause)
      else committed.push(...(await write.then(() => events)))
      if (flushes) await life.publisher.flush()
      if (crashes) lives.push(createLife(store))
    }
    current().before = up
    await current().publisher.flush()
    const heard = lives.flatMap((life) => life.heard)
    for (const orgId of ORGS) {
      const own = (events: readonly NewEvent[]) => events.filter((event) => event.orgId === orgId)
      expect(own(heard)).toEqual(own(committed))
    }
    await store.close()
  })
  await fc.assert(law, { numRuns: 60 })
})
