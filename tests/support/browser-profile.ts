import type { Channel, LockOptions, Locks, Store } from '../../worker/core/platform.ts'
import { createMemoryOutbox } from './memory-outbox.ts'
import { createLockQueues, type LockRequest } from './lock-queue.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** Between posting to a channel and hearing it. */
export const CHANNEL_DELAY_MS = 1

/** One context of the profile, as the profile sees it: what it holds and listens to ends with it. */
export interface Member {
  locks: Locks
  openChannel(name: string, onMessage: (data: unknown) => void): Channel
  /** The context dies without a word: its locks are free, its channels closed. */
  die(): void
}

/** What all contexts of one origin in one browser share. */
export interface BrowserProfile {
  join(): Member
  store: Store
  outbox: ReturnType<typeof createMemoryOutbox>
  /** A holder vanishes without the next in line being told: as Chromium does with one in its back/forward cache. */
  orphan(name: string): void
  /** Names of locks that are held now. */
  held(): string[]
  /** Everything ever posted, by channel name. */
  posted: { channel: string; data: unknown }[]
}

interface Request extends LockRequest {
  owner: symbol
}

/** Locks in the order of asking, channels that deliver later and never to oneself, a store of copies. */
export function createBrowserProfile(clock: VirtualClock): BrowserProfile {
  const queues = createLockQueues<Request>()
  const listeners = new Set<{ owner: symbol; name: string; onMessage: (data: unknown) => void }>()
  const posted: BrowserProfile['posted'] = []

  function join(): Member {
    const owner = Symbol('context')
    let dead = false

    const mine = new Set<() => void>()

    function request<T>(
      name: string,
      { signal, steal = false, shared = false }: LockOptions,
      hold: () => Promise<T>,
    ) {
      return new Promise<T>((resolve, reject) => {
        if (dead) return
        const rob = () => reject(new DOMException('The request was aborted.', 'AbortError'))
        const leave = () => {
          mine.delete(leave)
          queues.leave(name, asked)
        }
        const abort = () => {
          leave()
          rob()
        }
        if (signal?.aborted) return rob()
        const asked: Request = {
          owner,
          shared,
          rob,
          grant() {
            signal?.removeEventListener('abort', abort)
            void Promise.resolve().then(hold).then(resolve, reject).finally(leave)
          },
        }
        mine.add(leave)
        signal?.addEventListener('abort', abort, { once: true })
        queues.add(name, asked, steal)
      })
    }

    return {
      locks: {
        request,
        query: (name) => Promise.resolve(queues.query(name)),
      },
      openChannel(name, onMessage) {
        const listener = { owner, name, onMessage }
        listeners.add(listener)
        return {
          post(data) {
            if (dead) return
            const copy: unknown = structuredClone(data)
            posted.push({ channel: name, data: copy })
            for (const other of listeners) {
              if (other === listener || other.name !== name) continue
              clock.after(
                CHANNEL_DELAY_MS,
                () => listeners.has(other) && other.onMessage(structuredClone(copy)),
              )
            }
          },
          close: () => void listeners.delete(listener),
        }
      },
      die() {
        dead = true
        for (const listener of listeners) if (listener.owner === owner) listeners.delete(listener)
        for (const leave of mine) leave()
      },
    }
  }

  return {
    join,
    store: createMemoryStore(),
    outbox: createMemoryOutbox(),
    orphan(name) {
      for (const holder of queues.holders(name)) queues.leave(name, holder, true)
    },
    held: queues.held,
    posted,
  }
}

function createMemoryStore(): Store {
  const values = new Map<string, unknown>()
  return {
    get: async (key) => structuredClone(values.get(key)),
    set: async (key, value) => void values.set(key, structuredClone(value)),
    delete: async (key) => void values.delete(key),
    async update(key, change) {
      const next = change(structuredClone(values.get(key)))
      values.set(key, structuredClone(next))
      return next
    },
  }
}
