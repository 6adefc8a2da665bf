import * as v from 'valibot'
import type { EventEnvelope } from '../../worker/wire/event.ts'
import { TaskRow, type TaskFilter } from '../../worker/wire/tasks.ts'
import type { RowKind } from '../realtime/apply-events.ts'

/** Sort key of the task list: time of entry, then id, each descending; the server's order to the letter. */
export type TaskKey = readonly [createdAt: number, id: string]

export function taskKey(row: TaskRow): TaskKey {
  return [row.createdAt, row.id]
}

function compare(a: TaskKey, b: TaskKey): number {
  if (a[0] !== b[0]) return b[0] - a[0]
  if (a[1] !== b[1]) return a[1] < b[1] ? 1 : -1
  return 0
}

function read(event: EventEnvelope): { row: TaskRow; deleted: boolean } | null {
  if (!event.type.startsWith('task.')) return null
  const parsed = v.safeParse(TaskRow, event.data)
  return parsed.success ? { row: parsed.output, deleted: event.type === 'task.deleted' } : null
}

export const taskKind: RowKind<TaskRow, TaskKey> = { key: taskKey, compare, read }

export function matchesTaskFilter(row: TaskRow, filter: TaskFilter): boolean {
  return (
    (filter.propertyId === undefined || row.propertyId === filter.propertyId) &&
    (filter.status === undefined || row.status === filter.status)
  )
}
