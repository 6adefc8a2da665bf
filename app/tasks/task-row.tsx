import type { EditTask, TaskRow } from '../../worker/wire/tasks.ts'
import type { ViewRow } from '../realtime/overlay-writes.ts'
import { writeState } from '../realtime/needs-person.ts'
import { Button } from '../ui/button.tsx'
import { dueText } from './due-text.ts'
import styles from './task-row.module.css'
import { taskWriteWords } from './task-write-words.ts'

export interface TaskLineProps {
  view: ViewRow<TaskRow>
  property: string | null
  assignee: string
  today: string
  isNews: boolean
  onEdit: (row: TaskRow, change: EditTask) => void
  onDiscard: (view: ViewRow<TaskRow>) => void
}

/** One task. Ticking it is a change like any other: it shows at once and says so when it did not go through. */
export function TaskLine({ view, property, assignee, today, isNews, onEdit, onDiscard }: TaskLineProps) {
  const { row, write } = view
  const words = taskWriteWords(write)
  const state = writeState(write)
  const isStuck = state === 'conflict' || state === 'rejected'
  const due = row.dueOn === null ? null : dueText(row.dueOn, today)
  const titleId = `task-${row.id}`
  const isOpen = row.status === 'open'
  // A change of what is still to be sent joins it, or follows it; one that was refused is decided on first.
  const isLocked = isStuck
  return (
    <li
      className={styles.row}
      data-testid="task-row"
      data-id={row.id}
      data-state={state}
      data-news={isNews || undefined}
      data-done={!isOpen || undefined}
    >
      <span className={styles.main}>
        <label className={styles.tick}>
          <input
            type="checkbox"
            aria-labelledby={titleId}
            data-task-tick
            aria-disabled={isLocked}
            checked={!isOpen}
            onChange={() => {
              if (!isLocked) onEdit(row, { status: isOpen ? 'done' : 'open' })
            }}
          />
        </label>
        <span className={styles.title} id={titleId} dir="auto">
          {row.title}
        </span>
      </span>
      <span className={styles.facts}>
        {property !== null && (
          <span className={styles.property} dir="auto">
            {property}
          </span>
        )}
        <span className={styles.assignee} dir="auto">
          {assignee}
        </span>
        <span className={styles.due} data-late={(isOpen && due?.isLate) || undefined}>
          {due && <time dateTime={row.dueOn ?? ''}>{due.text}</time>}
        </span>
      </span>
      {words !== null && (
        <span className={styles.words} data-needs-person={isStuck || undefined}>
          {words}
          {isStuck && (
            <Button size="small" onClick={() => onDiscard(view)}>
              {write?.verb === 'create' ? 'Discard' : 'Drop my change'}
            </Button>
          )}
        </span>
      )}
    </li>
  )
}
