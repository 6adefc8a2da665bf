import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NewEvent } from '../../worker/wire/event.ts'
import { systemRandom } from '../../server/node-deps.ts'
import type { Broker } from '../../server/realtime/broker.ts'
import { createMemoryBroker, type MemoryBroker } from '../../server/realtime/memory-broker.ts'
import { createEventPublisher, type EventPublisher } from '../../server/store/event-publisher.ts'
import { openStore, type Store } from '../../server/store/open-store.ts'
import { openTestStore } from '../support/test-store.ts'
import { createVirtualClock, type VirtualClock } from '../support/virtual-clock.ts'

const limits = {
  bufferEventsMax: 1000,
  eventTtlMs: 3_600_000,
  holdMs: 25_000,
  waitersPerOrgMax: 10,
  waitersPerNodeMax: 1000,
  orgIdleEvictMs: 3_600_000,
}
const ALL = { events: 1000, bytes: 10_000_000 }
const log = () => {}

function eventOf(eventId: string, orgId = 'acme'): NewEvent {
  const rest = { type: 'task.created', topic: 'tasks', propertyId: 'p1', at: 1, data: { id: eventId } }
  return { eventId, orgId, ...rest }
}

/** A feed, whose calls can be made to fail, and what it holds. */
function createFeed(clock: VirtualClock) {
  const inner = createMemoryBroker({ clock, random: systemRandom, limits })
  const feed = {
    inner,
    calls: 0,
    handed: 0,
    fails: false,
    async publish(...args: Parameters<Broker['publish']>) {
      feed.calls += 1
      feed.handed += args[1].length
      await Promise.resolve()
      if (feed.fails) throw new Error('out of reach')
      return inner.publish(...args)
    },
    told: (orgId = 'acme') => toldBy(inner, orgId),
  }
  return feed
}

async function toldBy(broker: MemoryBroker, orgId: string): Promise<string[]> {
  const { epoch } = await broker.position(orgId)
  const read = await broker.read(orgId, { epoch, seq: 0 }, ALL)
  return read.kind === 'events' ? read.events.map(({ eventId }) => eventId) : []
}

let clock: VirtualClock
let store: Store
let drop: () => Promise<void>
let feed: ReturnType<typeof createFeed>
let publisher: EventPublisher
beforeEach(async () => {
  clock = createVirtualClock()
  ;({ store, drop } = await openTestStore())
  feed = createFeed(clock)
  publisher = createEventPublisher({ store, broker: feed, clock, log })
})
afterEach(async () => {
  await publisher.close()
  await drop()
})

const staged = (...events: NewEvent[]) =>
  store.db.transaction().execute(async (trx) => {
    for (const event of events) await publisher.stage(trx, event)
  })
const left = async () => (await store.db.selectFrom('eventOutbox').select('id').execute()).length

describe('flush', () => {
  test('publishes each organisation’s events in the order they were written down, and forgets them', async () => {
    await staged(eventOf('z'), eventOf('g1', 'globex'), eventOf('a'))
    await staged(eventOf('m'), eventOf('g2', 'globex'))
    await publisher.flush()
    expect(await feed.told()).toEqual(['z', 'a', 'm'])
    expect(await feed.told('globex')).toEqual(['g1', 'g2'])
    expect(await left()).toBe(0)
  })

  test('tells the whole event, unchanged', async () => {
    const event = {
      ...eventOf('e'),
      mutationId: systemRandom.uuid7(),
      requestId: 'r',
      data: { text: 'ö ” \n' },
    }
    await staged(event)
    await publisher.flush()
    const { epoch } = await feed.inner.position('acme')
    expect(await feed.inner.read('acme', { epoch, seq: 0 }, ALL)).toMatchObject({ events: [event] })
  })

  test('carries more than one batch', async () => {
    const ids = Array.from({ length: 501 }, (_, n) => `e${n}`)
    await staged(...ids.map((id) => eventOf(id)))
    await publisher.flush()
    expect(await feed.told()).toEqual(ids)
    expect(await left()).toBe(0)
  })

  test('asked for by many at once goes to the broker once for each event, and each waits for its own', async () => {
    const asked = Array.from({ length: 20 }, async (_, n) => {
      await staged(eventOf(`e${n}`))
      await publisher.flush()
      expect(await feed.told()).toContain(`e${n}`)
    })
    await Promise.all(asked)
    expect(feed.handed).toBe(20)
    expect(await left()).toBe(0)
  })

  test('says nothing of a write that was taken back', async () => {
    const undone = store.db.transaction().execute(async (trx) => {
      await publisher.stage(trx, eventOf('never'))
      throw new Error('taken back')
    })
    await expect(undone).rejects.toThrow('taken back')
    await publisher.flush()
    expect(feed.calls).toBe(0)
  })

  test('tells in the order of the commits, also of writes under way at the same time', async () => {
    let began: () => void
    const firstBegan = new Promise<void>((resolve) => (began = resolve))
    const first = store.db.transaction().execute(async (trx) => {
      await publisher.stage(trx, eventOf('first'))
      began()
      for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    })
    await firstBegan
    const second = staged(eventOf('second')).then(() => publisher.flush())
    await first
    await publisher.flush()
    await second
    expect(await feed.told()).toEqual(['first', 'second'])
  })
})

describe('a broker out of reach', () => {
  test('leaves the events in the store, and they are tried again with longer and longer pauses', async () => {
    feed.fails = true
    await staged(eventOf('one'), eventOf('two'))
    await publisher.flush()
    expect([feed.calls, await left()]).toEqual([1, 2])
    for (const [waitMs, calls] of [
      [499, 1],
      [1, 2],
      [999, 2],
      [1, 3],
      [1999, 3],
      [1, 4],
    ] as const) {
      await clock.advance(waitMs)
      await settled()
      expect(feed.calls).toBe(calls)
    }
    feed.fails = false
    await clock.advance(4000)
    await settled()
    expect(await feed.told()).toEqual(['one', 'two'])
    expect([await left(), clock.pending()]).toEqual([0, 1])
  })

  test('that comes back is told of the old before the new', async () => {
    feed.fails = true
    await staged(eventOf('old'))
    await publisher.flush()
    feed.fails = false
    await staged(eventOf('new'))
    await publisher.flush()
    expect(await feed.told()).toEqual(['old', 'new'])
  })

  test('whose answer was lost is told again, and tells it once', async () => {
    const { publish } = feed
    feed.publish = async (...args) => {
      await publish(...args)
      throw new Error('the answer was lost')
    }
    await staged(eventOf('once'))
    await publisher.flush()
    feed.publish = publish
    await publisher.flush()
    expect(feed.calls).toBe(2)
    expect(await feed.told()).toEqual(['once'])
  })

  test('is left alone once the publisher is closed', async () => {
    feed.fails = true
    await staged(eventOf('later'))
    await publisher.flush()
    await publisher.close()
    await clock.advance(60_000)
    await publisher.flush()
    expect([feed.calls, await left()]).toEqual([1, 1])
  })

  /** A flush that was begun by a timer is over when one asked for here is: they are one. */
  async function settled(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await store.ping()
  }
})

describe('a crash between commit and publish', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'standpipe-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** One life of the process, up to its crash. */
  async function life(act: (publisher: EventPublisher, store: Store) => Promise<void>): Promise<string[]> {
    const own = await openStore({ databaseUrl: null, dataDir: folder, log })
    const broker = createMemoryBroker({ clock, random: systemRandom, limits })
    await act(createEventPublisher({ store: own, broker, clock, log }), own)
    await own.close()
    return toldBy(broker, 'acme')
  }

  test('loses nothing: the next start publishes it, once', async () => {
    const crashed = await life((publisher, store) =>
      store.db.transaction().execute((trx) => publisher.stage(trx, eventOf('survivor'))),
    )
    expect(crashed).toEqual([])
    expect(await life((publisher) => publisher.flush())).toEqual(['survivor'])
    expect(await life((publisher) => publisher.flush())).toEqual([])
  })
})
