import { onlineManager, type QueryClient } from '@tanstack/react-query'
import { v7 as uuid7 } from 'uuid'
import type { Runtime } from '../../worker/tab/attach.ts'
import type { Outbox } from '../../worker/tab/outbox.ts'
import type { EventEnvelope } from '../../worker/wire/event.ts'
import type { Phase } from '../../worker/wire/port.ts'
import { createApi, type Api } from './api.ts'
import { createCacheWriter, type CachedDomain } from './cache-writer.ts'
import { createDerived, type Derived } from './derived.ts'
import { createFreshness } from './freshness.ts'
import { createLocalWrites, type LocalWrites } from './local-writes.ts'
import { createSaveWrite } from './save-write.ts'
import { createQueryClient } from './query-client.ts'
import { rowEvent } from './row-event.ts'
import { createTraces, type Traces } from './traces.ts'

/** Everything a page has of the runtime, wired once a document. */
export interface Realtime {
  runtime: Runtime
  api: Api
  queryClient: QueryClient
  writes: LocalWrites
  traces: Pick<Traces, 'of'>
  /** Each batch once the caches hold it; own writes are among them. */
  onApplied(listener: (events: readonly EventEnvelope[]) => void): () => void
}

/** What this page was shown last, as it outlives the page. */
export interface KeptCache {
  open(person: string): Promise<void>
  clear(): Promise<void>
}

/** What this device keeps. */
export interface Device {
  /** What was last read, for a start without a network. */
  keptCache(queryClient: QueryClient): KeptCache
  /** A write was stored: the browser may be asked to keep it, and to send it with no tab open. */
  kept(): void
}

/** Composes runtime, cache, aggregates, freshness and local writes. Holds no rule of its own. */
export function createRealtime(parts: {
  runtime: Runtime
  outbox: Outbox
  domains: readonly CachedDomain[]
  device: Device
}): Realtime {
  const { runtime, outbox, domains, device } = parts
  const api = createApi(runtime)
  const queryClient = createQueryClient(() => runtime.status().phase)
  const kept = device.keptCache(queryClient)
  const traces = createTraces()
  const applied = new Set<(events: readonly EventEnvelope[]) => void>()

  const derived = new Map<CachedDomain, Derived>(
    domains.map((domain) => [
      domain,
      createDerived({
        now: () => performance.now(),
        windowMs: () => runtime.flags()['derived.windowMs'],
        after,
        // Out of sight nobody reads sums: they are marked as old, and fetched when the page is looked at again.
        invalidate: () =>
          queryClient.invalidateQueries({
            queryKey: domain.derivedKey,
            refetchType: document.visibilityState === 'hidden' ? 'none' : 'active',
          }),
      }),
    ]),
  )
  const cache = createCacheWriter({
    queryClient,
    domains,
    touchDerived: (domain) => derived.get(domain)?.touch(),
  })
  const freshness = createFreshness({ after, refetch: cache.resync })

  function write(events: readonly EventEnvelope[]): void {
    cache.write(events)
    traces.note(events)
    for (const listener of applied) listener(events)
  }

  const writes = createLocalWrites({
    outbox,
    session: runtime.session,
    tabId: runtime.tabId,
    save: createSaveWrite({ outbox, calls: runtime.calls, makeRoom: kept.clear, kept: device.kept }),
    now: Date.now,
    newId: uuid7,
    report: (error) => reportError(error),
    apply: (local, row, gone) => write([rowEvent(gone ? { ...local, verb: 'delete' } : local, row)]),
  })

  runtime.onBatch((events) => {
    write(events)
    for (const event of events) if (event.mutationId) writes.settled(event.mutationId, event.data)
  })
  runtime.onResync((refetchAfterMs) => void after(refetchAfterMs, cache.resync))

  let phase: Phase | null = null
  let sh: string | null | undefined
  let person: string | null = null
  let isBehind = false
  function followStatus(): void {
    // Who it is comes first: both may change at once, and nothing of one person is sent once another is signed in.
    const session = runtime.session()
    if (session !== undefined && session?.sh !== sh) {
      const somebody = session && `${session.org.id} ${session.user.id}`
      if (person !== null && person !== somebody) forget()
      else isBehind = person !== null
      if (somebody === null) void kept.clear()
      else if (person !== somebody) void kept.open(somebody)
      person = somebody
      sh = session?.sh ?? null
      writes.arrange()
    }
    const next = runtime.status().phase
    if (next !== phase) {
      phase = next
      onlineManager.setOnline(next !== 'offline')
      freshness.phaseChanged(next)
      if (next === 'live') {
        // Between two sessions of one person nobody listened: what was read before may have missed something.
        if (isBehind) cache.resync()
        isBehind = false
      }
    }
  }

  /**
   * Somebody else signs in or nobody is: nothing of the last person stays on the page. Their unsent writes stay on the device,
   * out of sight, for when they sign in again.
   */
  function forget(): void {
    void kept.clear()
    void queryClient.cancelQueries()
    queryClient.clear()
  }

  runtime.subscribe(followStatus)
  followStatus()

  return {
    runtime,
    api,
    queryClient,
    writes,
    traces,
    onApplied(listener) {
      applied.add(listener)
      return () => applied.delete(listener)
    },
  }
}

function after(ms: number, fn: () => void): () => void {
  const timer = setTimeout(fn, ms)
  return () => clearTimeout(timer)
}
