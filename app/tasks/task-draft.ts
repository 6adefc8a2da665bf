import * as v from 'valibot'
import { createDraftStore, type DraftStore } from '../ui/draft-store.ts'

const PREFIX = 'standpipe:task:'

/** The form of a new task as it stands. */
export const TaskDraft = v.object({
  title: v.string(),
  assigneeId: v.string(),
  dueOn: v.string(),
  /** Empty as long as nobody chose one. */
  propertyId: v.string(),
})
export type TaskDraft = v.InferOutput<typeof TaskDraft>

export const NO_TASK_DRAFT: TaskDraft = { title: '', assigneeId: '', dueOn: '', propertyId: '' }

/** The half-written task of one person in this tab. */
export function createTaskDraftStore(
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  userId: string,
): DraftStore<TaskDraft> {
  return createDraftStore(storage, TaskDraft, PREFIX + userId)
}
