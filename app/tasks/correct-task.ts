import * as v from 'valibot'
import { TaskRow, type CreateTask, type EditTask } from '../../worker/wire/tasks.ts'
import type { LocalWrite, WriteDraft } from '../realtime/local-writes.ts'
import { TASKS_PATH } from './task-path.ts'

/** What the form of a task that waits can correct. */
export type TaskFields = Pick<TaskRow, 'title' | 'assigneeId' | 'dueOn'>

/**
 * A write with the content a person corrected it to, under a new key: put in its place when it was refused, entered after
 * it when it still waits. `current` is the task at the server, where a conflict told it. Null when nothing differs any more.
 */
export function correctedTask(
  write: LocalWrite<TaskRow>,
  current: TaskRow | null,
  fields: TaskFields,
  mutationId: string,
): WriteDraft<TaskRow> | null {
  const { topic, actorId, row } = write
  const isRefused = write.state === 'conflict' || write.state === 'rejected'
  if (write.verb === 'create' && isRefused) {
    const body: CreateTask = { ...fields, propertyId: row.propertyId, id: row.id }
    const request = { method: 'POST' as const, path: TASKS_PATH, body }
    return { mutationId, topic, actorId, verb: 'create', row: { ...row, ...fields }, baseRev: null, request }
  }
  const base = current ?? row
  // The tick is no field of the form: in a conflict it goes along, and all else is what the form says.
  const { status } = (isRefused ? write.request.body : {}) as EditTask
  const wanted: Partial<TaskRow> = { ...fields, ...(status && { status }) }
  const differing = Object.entries(wanted).filter(([name, value]) => base[name as keyof TaskRow] !== value)
  const change = Object.fromEntries(differing)
  const body = isRefused && !current ? { ...(write.request.body as EditTask), ...change } : change
  if (Object.keys(body).length === 0) return null
  return {
    mutationId,
    topic,
    actorId,
    verb: 'edit',
    row: { ...base, ...change },
    baseRev: current?.rev ?? write.baseRev ?? row.rev,
    request: { method: 'PATCH', path: `${TASKS_PATH}/${row.id}`, body },
  }
}

/** The content of a change whose task is gone, as a task of its own. */
export function taskEnteredAnew(
  write: LocalWrite<TaskRow>,
  fresh: { id: string; mutationId: string; now: number },
): WriteDraft<TaskRow> {
  const { propertyId, title, assigneeId, dueOn } = write.row
  const { id, mutationId, now } = fresh
  const born = { createdBy: write.actorId, createdAt: now, updatedAt: now }
  return {
    mutationId,
    topic: write.topic,
    actorId: write.actorId,
    verb: 'create',
    row: { ...write.row, ...born, id, rev: 1, status: 'open' },
    baseRev: null,
    request: { method: 'POST', path: TASKS_PATH, body: { id, propertyId, title, assigneeId, dueOn } },
  }
}

/** The task at the server as it would be with the write. */
export function wantedTask(write: LocalWrite, current: TaskRow): TaskRow | null {
  if (write.verb !== 'edit') return read(write.row)
  return read({ ...current, ...(write.request.body as Partial<TaskRow>) })
}

function read(row: unknown): TaskRow | null {
  const parsed = v.safeParse(TaskRow, row)
  return parsed.success ? parsed.output : null
}
