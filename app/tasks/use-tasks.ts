import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { TaskRow } from '../../worker/wire/tasks.ts'
import type { LocalWrite } from '../realtime/local-writes.ts'
import { overlayWrites, type ViewRow } from '../realtime/overlay-writes.ts'
import { useLocalWrites, useRealtime, useStatus } from '../realtime/runtime-provider.tsx'
import { tasksQuery } from './queries.ts'
import { matchesTaskFilter, taskKind } from './task-kind.ts'

/** The tasks loaded so far with the page's own writes laid over them; `views` is null until the first are here. */
export function useTasks(propertyId: string | undefined) {
  const { api } = useRealtime()
  const filter = useMemo(() => (propertyId === undefined ? {} : { propertyId }), [propertyId])
  // A snapshot read before the stream has its starting point could be older than the first event.
  const isStarted = useStatus().phase !== 'connecting'
  const query = useInfiniteQuery({ ...tasksQuery(api, filter), enabled: isStarted })
  const writes = useLocalWrites()
  const pages = query.data?.pages
  const isStuck = query.isError || query.fetchStatus === 'paused'
  const views = useMemo((): ViewRow<TaskRow>[] | null => {
    const own = writes.filter((write): write is LocalWrite<TaskRow> => write.topic === 'tasks')
    // What was entered on this device is on it, whatever else is not.
    if (!pages && (!isStuck || own.length === 0)) return null
    const rows = pages?.flatMap((page) => page.rows) ?? []
    const views = overlayWrites(rows, own, taskKind, (row) => matchesTaskFilter(row, filter))
    return pages || views.length > 0 ? views : null
  }, [pages, writes, filter, isStuck])
  return { query, views }
}
