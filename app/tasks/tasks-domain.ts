import type { TaskFilter } from '../../worker/wire/tasks.ts'
import { applyEvents } from '../realtime/apply-events.ts'
import type { CachedDomain } from '../realtime/cache-writer.ts'
import { TASKS_DERIVED_KEY, TASKS_KEY, type CachedTaskPage } from './queries.ts'
import { matchesTaskFilter, taskKind } from './task-kind.ts'

export const tasksDomain: CachedDomain = {
  topic: 'tasks',
  listKey: TASKS_KEY,
  derivedKey: TASKS_DERIVED_KEY,
  patch: (pages, events, filter) =>
    applyEvents(pages as readonly CachedTaskPage[], events, taskKind, (row) =>
      matchesTaskFilter(row, filter as TaskFilter),
    ),
}
