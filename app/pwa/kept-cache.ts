import { dehydrate, hydrate, type DehydratedState, type QueryClient } from '@tanstack/react-query'
import type { CacheStore } from './cache-store.ts'

/** What is kept by pages that hold it differently is not read. */
const VERSION = 1
/**
 * Between a change and its writing: a burst of events is one. Not when the page goes: a transaction under way keeps it out of
 * the back/forward cache (measured, Chromium).
 */
export const KEEP_AFTER_MS = 5000
/** As text. A ledger of two thousand rows is under half of it. */
export const KEPT_CHARS_MAX = 2 * 1024 * 1024
/** Figures of the server process: nobody wants yesterday's. */
const NOT_KEPT = 'ops'

export interface KeptCache {
  /** This person is at the page: what was kept for them is shown until something newer is read, and kept from now on. */
  open(person: string): Promise<void>
  /** Nobody is, or somebody else: nothing of anybody stays. */
  clear(): Promise<void>
}

/**
 * What was last read, for a start without a network: yesterday's figures with their age. Kept for one person at a time, by
 * organisation and account, without anything of the session; a cache, and gone whenever room is needed.
 */
export function createKeptCache(deps: {
  queryClient: QueryClient
  store: CacheStore
  after(ms: number, fn: () => void): () => void
}): KeptCache {
  const { queryClient, store } = deps
  let person: string | null = null
  let cancel: (() => void) | null = null

  queryClient.getQueryCache().subscribe(({ type, query }) => {
    if (type !== 'updated' || query.state.status !== 'success') return
    if (person !== null) cancel ??= deps.after(KEEP_AFTER_MS, keepNow)
  })

  function keepNow(): void {
    cancel?.()
    cancel = null
    if (person === null) return
    const kept = JSON.stringify({
      version: VERSION,
      queries: fitting(dehydrate(queryClient, { shouldDehydrateQuery })),
    })
    store.set(person, kept).catch(() => {
      // A full disk, or a browser that keeps nothing: the next start without a network shows less.
    })
  }

  /**
   * However young it is, it is from before the first event of this page: it counts as old until it is fetched again. Where
   * something is read already nothing is shown, for that is from after the first event.
   */
  function show(kept: Queries): void {
    const cache = queryClient.getQueryCache()
    const missing = kept.filter(({ queryHash }) => cache.get(queryHash)?.state.data === undefined)
    const queries = missing.map((query) => ({ ...query, state: { ...query.state, isInvalidated: true } }))
    hydrate(queryClient, { mutations: [], queries })
    const shown = new Set(queries.map(({ queryHash }) => queryHash))
    void queryClient.refetchQueries(
      { type: 'active', predicate: ({ queryHash }) => shown.has(queryHash) },
      // Of one that is on its way the answer is as good.
      { cancelRefetch: false },
    )
  }

  return {
    async open(next) {
      person = next
      const kept = readKept(await store.get(next).catch(() => null))
      // Somebody else came while it was read.
      if (kept && person === next) show(kept)
    },
    async clear() {
      person = null
      cancel?.()
      cancel = null
      await store.clear().catch(() => {})
    },
  }
}

type Queries = DehydratedState['queries']

const shouldDehydrateQuery = ({
  queryKey,
  state,
}: {
  queryKey: readonly unknown[]
  state: { status: string }
}) => state.status === 'success' && queryKey[0] !== NOT_KEPT

/** The newest that fit: a ledger scrolled far back is not worth the rest. */
function fitting({ queries }: DehydratedState): Queries {
  let left = KEPT_CHARS_MAX
  return queries
    .toSorted((a, b) => b.state.dataUpdatedAt - a.state.dataUpdatedAt)
    .filter((query) => (left -= JSON.stringify(query).length) >= 0)
}

function readKept(kept: unknown): Queries | null {
  if (typeof kept !== 'string') return null
  try {
    const { version, queries } = JSON.parse(kept) as { version: unknown; queries: Queries }
    return version === VERSION && Array.isArray(queries) ? queries : null
  } catch {
    return null
  }
}
