import * as v from 'valibot'
import type { Clock, Locks, Platform, Store } from './platform.ts'
import { onAbort } from './abort.ts'
import { createPause } from './pause.ts'

/** Between two looks at a lease that somebody else holds. */
export const LEASE_LOOK_MS = 1000

/** No lease is longer: one that claims to be was written before the clock was set back. */
const LEASE_MAX_MS = 300_000

const Lease = v.object({ owner: v.string(), until: v.number() })

/**
 * Locks for a browser that has none: a page on plain http, outside localhost, is no secure context and has no Web Locks. A
 * lease in the store, renewed by its holder and free once it has run out. It cannot tell a death from a throttled timer, so
 * whoever holds one says for how long: a worker for seconds, a page, whose timers may run once a minute, for minutes.
 * Not in the order of asking, and not exclusive to the last millisecond: the server's fence is what makes one poller a fact.
 *
 * @param leaseMs for how long a holder that says no more is believed
 */
export function createLeaseLocks(
  {
    clock,
    store,
    random,
  }: { clock: Clock; store: Pick<Store, 'get' | 'update'>; random: Pick<Platform['random'], 'id'> },
  leaseMs: number,
): Locks {
  const pause = () => createPause(clock)
  const keyOf = (name: string) => `lease:${name}`
  const isHeld = (kept: unknown, now: number) =>
    v.is(Lease, kept) && kept.until > now && kept.until <= now + LEASE_MAX_MS

  /** True when it is ours now. */
  async function take(name: string, owner: string, steal: boolean): Promise<boolean> {
    const now = clock.wallMs()
    const kept = await store.update(keyOf(name), (current) => {
      const isFree = steal || !isHeld(current, now) || (v.is(Lease, current) && current.owner === owner)
      return isFree ? { owner, until: now + leaseMs } : current
    })
    return v.is(Lease, kept) && kept.owner === owner
  }

  /** Once it has run out it is void, so that a holder who only slept learns that it was taken for dead. */
  async function untilFree(name: string, signal: AbortSignal | undefined): Promise<void> {
    const isFree = async () => {
      const kept = await store.update(keyOf(name), (current) =>
        isHeld(current, clock.wallMs()) ? current : null,
      )
      return kept === null
    }
    while (!signal?.aborted && !(await isFree()))
      await pause().wait(LEASE_LOOK_MS, signal ?? new AbortController().signal)
    if (signal?.aborted) throw aborted()
  }

  /** False when somebody else had it since, also one who has let go again: what it stood for is over. */
  async function renew(name: string, owner: string): Promise<boolean> {
    const kept = await store.update(keyOf(name), (current) =>
      v.is(Lease, current) && current.owner === owner ? { owner, until: clock.wallMs() + leaseMs } : current,
    )
    return v.is(Lease, kept) && kept.owner === owner
  }

  async function free(name: string, owner: string): Promise<void> {
    await store.update(keyOf(name), (current) =>
      v.is(Lease, current) && current.owner === owner ? null : current,
    )
  }

  return {
    async request(name, { signal, steal = false, shared = false }, hold) {
      // Who shares waits for a death, and has no use for the lease.
      if (shared) {
        await untilFree(name, signal)
        return hold()
      }
      const owner = random.id(12)
      const over = new AbortController()
      const unlink = signal ? onAbort(signal, () => over.abort()) : () => {}
      try {
        while (!(await take(name, owner, steal))) {
          if (!over.signal.aborted) await pause().wait(LEASE_LOOK_MS, over.signal)
          if (over.signal.aborted) throw aborted()
        }
      } finally {
        unlink()
      }
      if (signal?.aborted) {
        await free(name, owner)
        throw aborted()
      }
      const ended = new AbortController()
      const lost = (async (): Promise<never> => {
        for (;;) {
          await pause().wait(leaseMs / 3, ended.signal)
          if (ended.signal.aborted) return new Promise<never>(() => {})
          // A store that refuses once says nothing about who holds it.
          const isOurs = await renew(name, owner).catch(() => true)
          if (!isOurs) throw aborted()
        }
      })()
      try {
        return await Promise.race([hold(), lost])
      } finally {
        ended.abort()
        await free(name, owner).catch(() => {
          // It runs out by itself.
        })
      }
    },
    async query(name) {
      return { held: isHeld(await store.get(keyOf(name)), clock.wallMs()) ? 1 : 0, pending: 0 }
    },
  }
}

function aborted(): Error {
  return Object.assign(new Error('The lock was not granted, or was taken away.'), { name: 'AbortError' })
}
