import { QueryClient } from '@tanstack/react-query'
import type { Phase } from '../../worker/wire/port.ts'
import { ApiError, isTransient } from './api-error.ts'
import { staleTimeMs } from './freshness.ts'

const RETRIES_MAX = 2
/** What no page shows any more is still what a start without a network will want to show. */
const UNSEEN_KEPT_MS = 24 * 60 * 60 * 1000

/** Queries stay fresh as long as realtime vouches for them, refetch on focus, and retry only what may pass by itself. */
export function createQueryClient(phase: () => Phase): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        gcTime: UNSEEN_KEPT_MS,
        staleTime: () => staleTimeMs(phase()),
        refetchOnWindowFocus: true,
        retry: (failures, error) => failures < RETRIES_MAX && error instanceof ApiError && isTransient(error),
      },
    },
  })
}
