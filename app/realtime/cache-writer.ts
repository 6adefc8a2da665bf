import type { InfiniteData, Query, QueryClient, QueryKey } from '@tanstack/react-query'
import type { EventEnvelope, Topic } from '../../worker/wire/event.ts'
import { createNewestRevs } from './newest-revs.ts'

/** Events remembered to be laid over a snapshot that was on its way when they arrived. */
export const RECENT_EVENTS_MAX = 500

/** A domain's part in the cache: where its lists are and how an event changes one. */
export interface CachedDomain {
  topic: Topic
  /** Every infinite list under this key is patched; the last element of its key is its filter. */
  listKey: QueryKey
  /** Every query under this key is made of many rows: fetched again, never patched. */
  derivedKey: QueryKey
  patch(pages: readonly unknown[], events: readonly EventEnvelope[], filter: unknown): readonly unknown[]
}

export interface CacheWriter {
  /** Hands a batch to every list it concerns. */
  write(events: readonly EventEnvelope[]): void
  /** Continuity is lost: fetch every snapshot again. */
  resync: () => void
  stop(): void
}

/**
 * The only place where events touch the query cache. A snapshot can be older than an event that overtook it: the answer
 * would wipe the patch away. So the newest events are kept and laid over every list once more when its fetch ends; `rev`
 * makes that harmless. When more events came than are kept, the first of them may be missing from a snapshot that was on
 * its way all the time: that one is fetched again.
 */
export function createCacheWriter(deps: {
  queryClient: QueryClient
  domains: readonly CachedDomain[]
  touchDerived(domain: CachedDomain): void
}): CacheWriter {
  const { queryClient, domains } = deps
  const newest = createNewestRevs()
  let recent: EventEnvelope[] = []
  /** Lists whose snapshot on its way can be older than the oldest event kept. */
  const outrun = new Set<string>()

  function patch(domain: CachedDomain, query: Query, events: readonly EventEnvelope[]): void {
    const key = query.queryKey
    const { isInvalidated, dataUpdatedAt } = query.state
    queryClient.setQueryData<InfiniteData<unknown>>(
      key,
      (data) => {
        if (!data) return data
        const pages = domain.patch(data.pages, events, key.at(-1))
        return pages === data.pages ? data : { ...data, pages: [...pages] }
      },
      isInvalidated ? { updatedAt: dataUpdatedAt } : {},
    )
    // What misses some events misses them with a later one laid over it as well: writing it would make it count as fresh.
    if (isInvalidated) query.invalidate()
  }

  const unsubscribe = queryClient.getQueryCache().subscribe((notice) => {
    if (notice.type !== 'updated' || notice.action.type !== 'success' || notice.action.manual) return
    const key = notice.query.queryKey
    if (outrun.delete(notice.query.queryHash))
      void queryClient.invalidateQueries({ queryKey: key, exact: true })
    const domain = domains.find((candidate) => startsWith(key, candidate.listKey))
    const events = domain && recent.filter((event) => event.topic === domain.topic)
    if (domain && events && events.length > 0) patch(domain, notice.query, events)
  })

  return {
    write(batch) {
      const events = newest.admit(batch)
      const overflows = recent.length + events.length > RECENT_EVENTS_MAX
      recent = [...recent, ...events].slice(-RECENT_EVENTS_MAX)
      for (const domain of domains) {
        const own = events.filter((event) => event.topic === domain.topic)
        if (own.length === 0) continue
        for (const query of queryClient.getQueryCache().findAll({ queryKey: domain.listKey })) {
          if (overflows && query.state.fetchStatus !== 'idle') outrun.add(query.queryHash)
          patch(domain, query, own)
        }
        deps.touchDerived(domain)
      }
    },
    resync() {
      recent = []
      outrun.clear()
      for (const domain of domains) {
        void queryClient.invalidateQueries({ queryKey: domain.listKey })
        void queryClient.invalidateQueries({ queryKey: domain.derivedKey })
      }
    },
    stop: unsubscribe,
  }
}

function startsWith(key: QueryKey, prefix: QueryKey): boolean {
  return prefix.every((part, index) => key[index] === part)
}
