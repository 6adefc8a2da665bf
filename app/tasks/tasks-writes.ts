import { lazy } from 'react'
import { v7 as uuid7 } from 'uuid'
import * as v from 'valibot'
import { TaskRow } from '../../worker/wire/tasks.ts'
import type { ComparedField, WriteKind, WriteNames } from '../realtime/write-kind.ts'
import { taskEnteredAnew, wantedTask } from './correct-task.ts'

const VERBS: Record<string, string> = { create: 'New task', edit: 'Change of task' }
const STATUS = { open: 'Open', done: 'Done' }

/** Changes of tasks, as the outbox lists and compares them. */
export const tasksWrites: WriteKind = {
  describe(write) {
    const row = read(write.row)
    return {
      what: VERBS[write.verb] ?? 'Change of task',
      of: row?.title ?? write.row.id,
      amount: null,
      propertyId: row?.propertyId ?? null,
      cells: { amount: '', currency: '', day: row?.dueOn ?? '' },
    }
  },
  compare(write, told, names) {
    const current = read(told)
    const mine = current && wantedTask(write, current)
    if (!mine) return null
    return fieldsOf(mine, names).map(([name, label, text], index): ComparedField => {
      const theirs = fieldsOf(current, names)[index]?.[2] ?? ''
      return { name, label, mine: text, theirs, differs: text !== theirs }
    })
  },
  mayChange: (told) => read(told) !== null,
  hasForm: ({ verb }) => verb === 'create' || verb === 'edit',
  Form: lazy(() => import('./task-write-form.tsx')),
  asNew(write) {
    const row = read(write.row)
    if (write.verb !== 'edit' || !row) return null
    return taskEnteredAnew({ ...write, row }, { id: uuid7(), mutationId: uuid7(), now: Date.now() })
  },
}

function read(row: unknown): TaskRow | null {
  const parsed = v.safeParse(TaskRow, row)
  return parsed.success ? parsed.output : null
}

function fieldsOf(row: TaskRow, names: WriteNames): [name: string, label: string, text: string][] {
  return [
    ['title', 'Task', row.title],
    ['status', 'State', STATUS[row.status]],
    ['assigneeId', 'For', row.assigneeId === null ? 'Anybody' : names.person(row.assigneeId)],
    ['dueOn', 'Due', row.dueOn ?? 'No day'],
  ]
}
