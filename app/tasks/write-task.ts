import { v7 as uuid7 } from 'uuid'
import type { SessionView } from '../../worker/wire/port.ts'
import type { CreateTask, EditTask, TaskRow } from '../../worker/wire/tasks.ts'
import type { Saved } from '../realtime/save-write.ts'
import type { LocalWrites } from '../realtime/local-writes.ts'
import { TASKS_PATH } from './task-path.ts'

/** The changes a person can make to tasks; each shows at once and is settled by its event or its reply. */
export interface TaskWriter {
  create: (fields: Omit<CreateTask, 'id'>) => { id: string; saved: Promise<Saved> }
  edit: (row: TaskRow, change: EditTask) => Promise<Saved>
}

export function createTaskWriter(deps: {
  writes: Pick<LocalWrites, 'submit'>
  session: SessionView
  now: () => number
}): TaskWriter {
  const { writes, session, now } = deps
  const write = () => ({ mutationId: uuid7(), topic: 'tasks' as const, actorId: session.user.id })
  return {
    create(fields) {
      const id = uuid7()
      const at = now()
      const row: TaskRow = {
        id,
        rev: 1,
        orgId: session.org.id,
        propertyId: fields.propertyId,
        title: fields.title,
        status: 'open',
        assigneeId: fields.assigneeId ?? null,
        dueOn: fields.dueOn ?? null,
        createdBy: session.user.id,
        createdAt: at,
        updatedAt: at,
      }
      const saved = writes.submit({
        ...write(),
        verb: 'create',
        row,
        baseRev: null,
        request: { method: 'POST', path: TASKS_PATH, body: { ...fields, id } },
      })
      return { id, saved }
    },
    edit(row, change) {
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
      const changed: TaskRow = { ...row, ...given, updatedAt: now() }
      return writes.submit({
        ...write(),
        verb: 'edit',
        row: changed,
        baseRev: row.rev,
        request: { method: 'PATCH', path: `${TASKS_PATH}/${row.id}`, body: change },
      })
    },
  }
}
