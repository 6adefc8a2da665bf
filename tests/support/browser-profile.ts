import type { Channel, Locks, Store } from '../../worker/core/platform.ts'
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
  /** A holder vanishes without the next in line being told: as Chromium does with one in its back/forward cache. */
  orphan(name: string): void
  /** Names of locks that are held now. */
  held(): string[]
  /** Everything ever posted, by channel name. */
  posted: { channel: string; data: unknown }[]
}

interface Waiting {
  owner: symbol
  grant: () => void
  /** It is the first and was granted the lock. */
  isHolder: boolean
  /** Another took the lock from it. */
  rob: () => void
}

/** Locks in the order of asking, channels that deliver later and never to oneself, a store of copies. */
export function createBrowserProfile(clock: VirtualClock): BrowserProfile {
  const queues = new Map<string, Waiting[]>()
  const listeners = new Set<{ owner: symbol; name: string; onMessage: (data: unknown) => void }>()
  const posted: BrowserProfile['posted'] = []

  function remove(name: string, waiting: Waiting): void {
    const queue = queues.get(name) ?? []
    const index = queue.indexOf(waiting)
    if (index === -1) return
    queue.splice(index, 1)
    if (index === 0 && waiting.isHolder) queue[0]?.grant()
    if (queue.length === 0) queues.delete(name)
  }

  function join(): Member {
    const owner = Symbol('context')
    let dead = false

    function request<T>(
      name: string,
      { signal, steal = false }: { signal?: AbortSignal; steal?: boolean },
      hold: () => Promise<T>,
    ) {
      return new Promise<T>((resolve, reject) => {
        if (dead) return
        const rob = () => reject(new DOMException('The request was aborted.', 'AbortError'))
        const abort = () => {
          remove(name, waiting)
          rob()
        }
        if (signal?.aborted) return abort()
        const waiting: Waiting = {
          owner,
          rob,
          isHolder: false,
          grant() {
            waiting.isHolder = true
            signal?.removeEventListener('abort', abort)
            const held = Promise.resolve().then(hold)
            void held.then(resolve, reject).finally(() => remove(name, waiting))
          },
        }
        const queue = queues.get(name) ?? []
        queues.set(name, queue)
        signal?.addEventListener('abort', abort, { once: true })
        if (steal) {
          if (queue[0]?.isHolder) queue.shift()?.rob()
          queue.unshift(waiting)
        } else queue.push(waiting)
        if (queue[0] === waiting) waiting.grant()
      })
    }

    return {
      locks: {
        request,
        query(name) {
          const queue = queues.get(name) ?? []
          const held = queue[0]?.isHolder ? 1 : 0
          return Promise.resolve({ held, pending: queue.length - held })
        },
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
        for (const [name, queue] of queues)
          for (const waiting of queue.filter((each) => each.owner === owner)) remove(name, waiting)
      },
    }
  }

  return {
    join,
    store: createMemoryStore(),
    orphan: (name) => void queues.get(name)?.shift(),
    held: () => [...queues].flatMap(([name, queue]) => (queue[0]?.isHolder ? [name] : [])),
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
