import { infiniteQueryOptions } from '@tanstack/react-query'
import type { TaskFilter, TaskPage } from '../../worker/wire/tasks.ts'
import type { Api } from '../realtime/api.ts'
import { taskKey, type TaskKey } from './task-kind.ts'

export const TASKS_KEY = ['tasks', 'list'] as const
export const TASKS_DERIVED_KEY = ['tasks', 'derived'] as const

export interface CachedTaskPage extends TaskPage {
  end: TaskKey | null
}

export function tasksQuery(api: Api, filter: TaskFilter) {
  return infiniteQueryOptions({
    queryKey: [...TASKS_KEY, filter] as const,
    queryFn: async ({ pageParam }): Promise<CachedTaskPage> => {
      const page = await api.tasks(filter, pageParam)
      const last = page.rows.at(-1)
      return { ...page, end: page.next !== null && last ? taskKey(last) : null }
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  })
}
