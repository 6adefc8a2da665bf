import * as v from 'valibot'
import { Day, Id, Instant, storable } from './primitives.ts'

export const TASK_STATUSES = ['open', 'done'] as const
export type TaskStatus = (typeof TASK_STATUSES)[number]
export const TASK_TITLE_LENGTH_MAX = 160

export const TaskRow = v.object({
  id: Id,
  rev: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  orgId: Id,
  propertyId: Id,
  title: v.string(),
  status: v.picklist(TASK_STATUSES),
  assigneeId: v.nullable(Id),
  dueOn: v.nullable(Day),
  createdBy: Id,
  createdAt: Instant,
  updatedAt: Instant,
})
export type TaskRow = v.InferOutput<typeof TaskRow>

const Title = v.pipe(
  v.string(),
  storable,
  v.trim(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(TASK_TITLE_LENGTH_MAX, `must be at most ${TASK_TITLE_LENGTH_MAX} characters`),
)

export const CreateTask = v.strictObject({
  id: v.optional(Id),
  propertyId: Id,
  title: Title,
  assigneeId: v.optional(v.nullable(Id)),
  dueOn: v.optional(v.nullable(Day)),
})
export type CreateTask = v.InferOutput<typeof CreateTask>

export const EditTask = v.pipe(
  v.strictObject({
    title: v.optional(Title),
    status: v.optional(v.picklist(TASK_STATUSES)),
    assigneeId: v.optional(v.nullable(Id)),
    dueOn: v.optional(v.nullable(Day)),
  }),
  v.check((edit) => Object.keys(edit).length > 0, 'must change at least one field'),
)
export type EditTask = v.InferOutput<typeof EditTask>

/** Query of the list. Sorted by `createdAt`, then `id`, newest first; the same page shape and cursor promise as transactions. */
export const TaskFilter = v.object({
  propertyId: v.optional(Id),
  status: v.optional(v.picklist(TASK_STATUSES)),
})
export type TaskFilter = v.InferOutput<typeof TaskFilter>

export const TaskPage = v.object({ rows: v.array(TaskRow), next: v.nullable(v.string()), cursor: v.string() })
export type TaskPage = v.InferOutput<typeof TaskPage>
