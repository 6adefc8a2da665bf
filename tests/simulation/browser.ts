import type { Channel, Channels, Locks, OutboxTable, Store } from '../../worker/core/platform.ts'
import { OUTBOX_CHANNEL } from '../../worker/wire/outbox.ts'
import { createMemoryOutbox } from '../support/memory-outbox.ts'
import { createLockQueues, type LockRequest } from '../support/lock-queue.ts'
import type { Context } from './context.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { VirtualTime } from './virtual-time.ts'

/** What an engine does that a specification does not say. Each was measured, or is a bug somebody has reported. */
export interface Quirks {
  /** Chromium: a page in the back/forward cache keeps its locks, and who asks for one then orphans it for good. */
  cacheKeepsLocks: boolean
  /** WebKit: a SharedWorker may restart on the ports it had, and connects again. */
  silentRestart: boolean
  /** WebKit, iOS: a page is put to sleep with all it hosts, without an event. */
  suspendsSilently: boolean
  /** Chromium: a SharedWorker outlives its last page by minutes. */
  extendedLifetime: boolean
  /** The runtime is hosted in a worker of each tab unless a flag says otherwise. */
  isWebKit: boolean
  /** A plain-http origin: no Web Locks. */
  hasLocks: boolean
  /** IndexedDB refuses whatever changes a value in place. */
  storeRefuses: boolean
}

interface Request extends LockRequest {
  context: Context
}

/** What all contexts of one origin in one browser profile share. */
export interface SharedParts {
  locksOf(context: Context): Locks
  channelsOf(context: Context): Channels
  /** What the store answers reaches a context when it is awake. */
  storeOf(context: Context): Store
  /** The same of the table of unsent writes. */
  outboxOf(context: Context): OutboxTable
  /** The next time the lock is let go of, nobody is told: as Chromium does after a holder was in its cache. */
  loseNextGrant(name: string): void
  /** From now on this share of what is posted on the channels of the relay is lost, and this share arrives twice. */
  setChannelFaults(lost: number, twice: number): void
  /** Holders by name of the lock. */
  held(): Map<string, Context>
}

/** One for all: making one costs as much as the rest of a step. */
export const ABORTED = new DOMException('The request was aborted.', 'AbortError')

export function createSharedParts(time: VirtualTime, random: SeededRandom, quirks: Quirks): SharedParts {
  const queues = createLockQueues<Request>()
  const lostGrants = new Set<string>()
  let lost = 0
  let twice = 0
  const ears = new Set<{ context: Context; name: string; onMessage: (data: unknown) => void }>()

  function leave(name: string, request: Request): void {
    const isHolder = queues.holders(name).includes(request)
    queues.leave(name, request, isHolder && lostGrants.delete(name))
  }

  /** Measured on Chromium 150 and 156: the page is thrown out of the cache, its lock is free, and nobody is told. */
  function orphanIfCached(name: string): void {
    const holder = queues.holders(name).find(({ context }) => isCached(context))
    if (!quirks.cacheKeepsLocks || !holder) return
    queues.leave(name, holder, true)
    holder.context.die()
  }

  const isCached = (context: Context) => context.isAsleep() && context.name.startsWith('page')

  function locksOf(context: Context): Locks {
    const mine = new Set<() => void>()
    context.onDeath(() => {
      for (const drop of mine) drop()
    })
    return {
      request: (name, { signal, steal = false, shared = false }, hold) =>
        new Promise((resolve, reject) => {
          if (context.isDead()) return
          orphanIfCached(name)
          const rob = () => context.run(() => reject(ABORTED))
          const drop = () => {
            mine.delete(drop)
            leave(name, asked)
          }
          let isGranted = false
          const abort = () => {
            if (isGranted) return
            drop()
            rob()
          }
          if (signal?.aborted) return rob()
          const asked: Request = {
            context,
            shared,
            rob,
            grant() {
              isGranted = true
              context.run(() => void Promise.resolve().then(hold).then(resolve, reject).finally(drop))
            },
          }
          signal?.addEventListener('abort', abort, { once: true })
          mine.add(drop)
          queues.add(name, asked, steal)
        }),
      query: (name) => new Promise((resolve) => context.run(() => resolve(queues.query(name)))),
    }
  }

  function channelsOf(context: Context): Channels {
    context.onDeath(() => {
      for (const ear of ears) if (ear.context === context) ears.delete(ear)
    })
    return {
      open(name, onMessage): Channel {
        const ear = { context, name, onMessage }
        ears.add(ear)
        return {
          post(data) {
            if (context.isDead()) return
            for (const other of ears) {
              if (other === ear || other.name !== name) continue
              const copy: unknown = structuredClone(data)
              const hear = () => ears.has(other) && other.onMessage(copy)
              const isRelay = name.endsWith('-events') || name === OUTBOX_CHANNEL
              if (isRelay && random.chance(lost)) continue
              for (let times = isRelay && random.chance(twice) ? 2 : 1; times > 0; times -= 1)
                time.after(1 + random.int(0, 2), () => other.context.run(hear))
            }
          },
          close: () => void ears.delete(ear),
        }
      },
    }
  }

  return {
    locksOf,
    channelsOf,
    setChannelFaults(nextLost, nextTwice) {
      lost = nextLost
      twice = nextTwice
    },
    storeOf: createStore(quirks),
    outboxOf: createOutboxes(quirks),
    loseNextGrant: (name) => void lostGrants.add(name),
    held: () =>
      new Map(
        queues.held().flatMap((name) => queues.holders(name).map(({ context }) => [name, context] as const)),
      ),
  }
}

/** A step is done at once or not at all; a context that dies meanwhile never hears which. */
function createOutboxes(quirks: Quirks): (context: Context) => OutboxTable {
  const table = createMemoryOutbox()
  return (context) => ({
    all: () => table.all().then((rows) => new Promise((resolve) => context.run(() => resolve(rows)))),
    async change(lane, edit) {
      if (context.isDead()) return new Promise(() => {})
      if (quirks.storeRefuses) throw new DOMException('No space.', 'QuotaExceededError')
      await table.change(lane, edit)
      await new Promise<void>((resolve) => context.run(resolve))
    },
  })
}

function createStore(quirks: Quirks): (context: Context) => Store {
  const values = new Map<string, unknown>()
  return (context) => {
    const answer = <T>(work: () => T) =>
      new Promise<T>((resolve, reject) => {
        try {
          const value = work()
          context.run(() => resolve(value))
        } catch (error) {
          context.run(() => reject(error))
        }
      })
    return {
      get: (key) => answer(() => structuredClone(values.get(key))),
      set: (key, value) => answer(() => void values.set(key, structuredClone(value))),
      delete: (key) => answer(() => void values.delete(key)),
      update: (key, change) =>
        answer(() => {
          if (quirks.storeRefuses) throw new DOMException('No space.', 'QuotaExceededError')
          const next = change(structuredClone(values.get(key)))
          values.set(key, structuredClone(next))
          return next
        }),
    }
  }
}
