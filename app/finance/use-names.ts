import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Api } from '../realtime/api.ts'
import { useRealtime, useSignedIn } from '../realtime/runtime-provider.tsx'
import type { RowNames } from './search-rows.ts'
import { useStreamStarted } from './use-stream-started.ts'

/** People join and leave by the day, not by the minute. */
const PEOPLE_STALE_MS = 10 * 60_000

function peopleQuery(api: Api) {
  return queryOptions({ queryKey: ['people'], queryFn: () => api.people(), staleTime: PEOPLE_STALE_MS })
}

/** What properties and people are called; the reader knows their own name before the list of people is here. */
export function useNames(): RowNames {
  const { api } = useRealtime()
  const session = useSignedIn()
  const { data } = useQuery({ ...peopleQuery(api), enabled: useStreamStarted() })
  return useMemo(() => {
    const people = new Map(data?.people.map(({ id, name }) => [id, name]))
    people.set(session.user.id, session.user.name)
    const properties = new Map(session.properties.map(({ id, name }) => [id, name]))
    return {
      property: (id) => properties.get(id) ?? 'Another property',
      person: (id) => people.get(id) ?? (data ? 'Someone who left' : ''),
    }
  }, [data, session])
}
