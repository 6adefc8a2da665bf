import { createLeaseLocks } from '../core/lease-locks.ts'
import type { Clock, Locks, Platform, Store } from '../core/platform.ts'

/** A worker's timers are never throttled (measured, three engines): it renews in time or is dead. */
export const WORKER_LEASE_MS = 6000
/** A hidden page's timers run once a minute at worst: it must not be taken for dead between two. */
export const PAGE_LEASE_MS = 150_000

const webLocks: Locks = {
  request: (name, { shared = false, ...options }, hold) =>
    navigator.locks.request(name, { ...options, mode: shared ? 'shared' : 'exclusive' }, hold),
  async query(name) {
    const { held = [], pending = [] } = await navigator.locks.query()
    const ofName = (all: readonly LockInfo[]) => all.filter((lock) => lock.name === name).length
    return { held: ofName(held), pending: ofName(pending) }
  },
}

/** Web Locks; a lease in the store where the page is no secure context and has none. */
export function createLocks(
  deps: { clock: Clock; store: Store; random: Pick<Platform['random'], 'id'> },
  leaseMs: number,
): Locks {
  return 'locks' in navigator ? webLocks : createLeaseLocks(deps, leaseMs)
}
