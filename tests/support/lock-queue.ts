/** One request for a lock, as the one who keeps the queues sees it. */
export interface LockRequest {
  shared: boolean
  /** It has the lock now. */
  grant: () => void
  /** Another took the lock from it. */
  rob: () => void
}

/** Locks in the order of asking, with shared and exclusive holders and with steals, as the Web Locks specification has them. */
export interface LockQueues<R extends LockRequest> {
  add(name: string, request: R, steal: boolean): void
  /** Given up, or over. `silently`: whoever is next is not told. */
  leave(name: string, request: R, silently?: boolean): void
  holders(name: string): R[]
  query(name: string): { held: number; pending: number }
  /** Names of locks that are held. */
  held(): string[]
}

interface Queue<R> {
  holders: Set<R>
  waiting: R[]
}

export function createLockQueues<R extends LockRequest>(): LockQueues<R> {
  const queues = new Map<string, Queue<R>>()

  function grantNext({ holders, waiting }: Queue<R>): void {
    for (let next = waiting[0]; next; next = waiting[0]) {
      const isFree = holders.size === 0 || (next.shared && [...holders].every(({ shared }) => shared))
      if (!isFree) return
      waiting.shift()
      holders.add(next)
      next.grant()
    }
  }

  return {
    add(name, request, steal) {
      const queue = queues.get(name) ?? { holders: new Set(), waiting: [] }
      queues.set(name, queue)
      // An orphaned lock is held by nobody and granted to nobody.
      const isOrphaned = queue.holders.size === 0 && queue.waiting.length > 0
      if (steal) {
        const robbed = [...queue.holders]
        queue.holders.clear()
        queue.holders.add(request)
        for (const each of robbed) each.rob()
        request.grant()
      } else {
        queue.waiting.push(request)
        if (!isOrphaned) grantNext(queue)
      }
    },
    leave(name, request, silently = false) {
      const queue = queues.get(name)
      if (!queue) return
      const wasHolder = queue.holders.delete(request)
      queue.waiting = queue.waiting.filter((each) => each !== request)
      if (wasHolder && !silently) grantNext(queue)
      if (queue.holders.size === 0 && queue.waiting.length === 0) queues.delete(name)
    },
    holders: (name) => [...(queues.get(name)?.holders ?? [])],
    query(name) {
      const queue = queues.get(name)
      return { held: queue?.holders.size ?? 0, pending: queue?.waiting.length ?? 0 }
    },
    held: () => [...queues].flatMap(([name, { holders }]) => (holders.size > 0 ? [name] : [])),
  }
}
