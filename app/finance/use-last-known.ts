import { useQueryClient, type Query } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { FINANCE_DERIVED_KEY } from './queries.ts'

export interface LastKnown<T> {
  data: T
  /** Wall-clock ms. */
  fetchedAt: number
}

/**
 * The newest answer there is to a question that was asked of an earlier day: without a network yesterday's figures are better
 * than none, as long as it is said whose they are. Null while `asked` has an answer of its own or may still get one.
 */
export function useLastKnown<T>(
  kind: 'profit-loss' | 'today-pending' | 'daily-approvals',
  propertyId: string | null,
  asked: { data: T | undefined; fetchStatus: string },
): LastKnown<T> | null {
  const cache = useQueryClient().getQueryCache()
  const newest = useSyncExternalStore(
    (listener) => cache.subscribe(listener),
    () => newestOf(cache.findAll({ queryKey: [...FINANCE_DERIVED_KEY, kind] }), propertyId),
  )
  if (asked.data !== undefined || asked.fetchStatus !== 'paused' || !newest) return null
  // The kind in the key says what the data is.
  return { data: newest.state.data as T, fetchedAt: newest.state.dataUpdatedAt }
}

function newestOf(queries: readonly Query[], propertyId: string | null): Query | null {
  const answered = queries.filter(({ queryKey, state }) => {
    const question = queryKey.at(-1) as { propertyId?: string }
    return state.data !== undefined && (question.propertyId ?? null) === propertyId
  })
  return answered.toSorted((a, b) => b.state.dataUpdatedAt - a.state.dataUpdatedAt)[0] ?? null
}
