import { useQuery } from '@tanstack/react-query'
import type { PeopleAnswer } from '../../worker/wire/session.ts'
import { useRealtime, useStatus } from './runtime-provider.tsx'

/** People join and leave by the day, not by the minute. */
const PEOPLE_STALE_MS = 10 * 60_000

/** Everybody of the organisation; empty until known. */
export function usePeople(): PeopleAnswer['people'] {
  const { api } = useRealtime()
  const isStarted = useStatus().phase !== 'connecting'
  const { data } = useQuery({
    queryKey: ['people'],
    queryFn: () => api.people(),
    staleTime: PEOPLE_STALE_MS,
    enabled: isStarted,
  })
  return data?.people ?? NOBODY
}

const NOBODY: PeopleAnswer['people'] = []
