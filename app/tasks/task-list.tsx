import { useState } from 'react'
import type { TaskRow } from '../../worker/wire/tasks.ts'
import type { ViewRow } from '../realtime/overlay-writes.ts'
import { Button } from '../ui/button.tsx'
import { TaskLine, type TaskLineProps } from './task-row.tsx'
import styles from './tasks-page.module.css'

const SHOWN_AT_FIRST = 30

/** A heading with its count, and the tasks under it; a long list shows its first part until more is wanted. */
export function TaskList(props: {
  title: string
  views: readonly ViewRow<TaskRow>[]
  line: (view: ViewRow<TaskRow>) => Omit<TaskLineProps, 'view'>
}) {
  const { title, views, line } = props
  const [showsAll, setShowsAll] = useState(false)
  if (views.length === 0) return null
  const shown = showsAll ? views : views.slice(0, SHOWN_AT_FIRST)
  return (
    <section aria-label={title}>
      <h2 className={styles.group}>
        {title} <span>{views.length}</span>
      </h2>
      <ul className={styles.list}>
        {shown.map((view) => (
          <TaskLine key={view.row.id} view={view} {...line(view)} />
        ))}
      </ul>
      {shown.length < views.length && (
        <Button kind="quiet" size="small" className={styles.all} onClick={() => setShowsAll(true)}>
          Show all {views.length}
        </Button>
      )}
    </section>
  )
}
