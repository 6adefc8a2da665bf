import { QueryClient } from '@tanstack/react-query'
import type { Phase } from '../../worker/wire/port.ts'
import { ApiError, isTransient } from './api-error.ts'
import { staleTimeMs } from './freshness.ts'

const RETRIES_MAX = 2

/** Queries stay fresh as long as realtime vouches for them, refetch on focus, and retry only what may pass by itself. */
export function createQueryClient(phase: () => Phase): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: () => staleTimeMs(phase()),
        refetchOnWindowFocus: true,
        retry: (failures, error) => failures < RETRIES_MAX && error instanceof ApiError && isTransient(error),
      },
    },
  })
}
