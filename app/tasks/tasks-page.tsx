import { useMemo, useState } from 'react'
import type { CreateTask, EditTask, TaskRow } from '../../worker/wire/tasks.ts'
import type { ViewRow } from '../realtime/overlay-writes.ts'
import { DataAge } from '../realtime/data-age.tsx'
import { useRealtime, useSignedIn } from '../realtime/runtime-provider.tsx'
import type { Saved } from '../realtime/save-write.ts'
import { useTellLost } from '../realtime/use-tell-lost.ts'
import { usePeople } from '../realtime/use-people.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { NotKept } from '../ui/not-kept.tsx'
import { useAnnouncer } from '../ui/live-region.tsx'
import { usePageFilter } from '../ui/page-filter.tsx'
import { useShortcut } from '../ui/shortcuts.tsx'
import { TASKS_KEY } from './queries.ts'
import { TaskForm } from './task-form.tsx'
import { taskGroups } from './task-groups.ts'
import { TaskList } from './task-list.tsx'
import { TasksSkeleton } from './tasks-skeleton.tsx'
import styles from './tasks-page.module.css'
import { useTaskNews } from './use-task-news.ts'
import { useTasks } from './use-tasks.ts'
import { useToday } from './use-today.ts'
import { createTaskWriter } from './write-task.ts'

/** What is to be done in the houses: the second domain, on the same stream and by the same rules as the ledger. */
export default function TasksPage() {
  const { writes, queryClient } = useRealtime()
  const session = useSignedIn()
  const { propertyId, search, setSearch } = usePageFilter()
  const { query, views } = useTasks(propertyId)
  const people = usePeople()
  const today = useToday()
  const announcer = useAnnouncer()
  const tellLost = useTellLost()
  const [added, setAdded] = useState<ReadonlySet<string>>(new Set())
  const news = useTaskNews()
  const writer = useMemo(() => createTaskWriter({ writes, session, now: Date.now }), [writes, session])
  useShortcut(['j', 'ArrowDown'], 'Next task', () => moveFocus(1))
  useShortcut(['k', 'ArrowUp'], 'Previous task', () => moveFocus(-1))

  const names = useMemo(() => {
    const persons = new Map(people.map(({ id, name }) => [id, name]))
    const properties = new Map(session.properties.map(({ id, name }) => [id, name]))
    return {
      property: (row: TaskRow) => properties.get(row.propertyId) ?? 'Another property',
      assignee: (row: TaskRow) => (row.assigneeId === null ? 'Anybody' : (persons.get(row.assigneeId) ?? '')),
    }
  }, [people, session])
  const groups = useMemo(
    () =>
      taskGroups(
        views ?? [],
        search,
        (row) => [row.title, names.property(row), names.assignee(row)].join(' '),
        added,
      ),
    [views, search, names, added],
  )

  function add(fields: Omit<CreateTask, 'id'>): Promise<Saved> {
    const { id, saved } = writer.create(fields)
    setAdded((before) => new Set([...before, id]))
    return saved
  }

  function edit(row: TaskRow, change: EditTask): void {
    // The row is about to leave for the other list, and the focus would be lost with it.
    if (change.status) moveFocus(1)
    tellLost(writer.edit(row, change))
    if (change.status)
      announcer.status(change.status === 'done' ? `Done: ${row.title}` : `Open again: ${row.title}`)
  }

  function discard({ write }: ViewRow<TaskRow>): void {
    if (!write) return
    void writes.discard(write.mutationId)
    // The row the server answered with may be ahead of the events heard so far.
    void queryClient.invalidateQueries({ queryKey: TASKS_KEY })
  }

  const hasManyProperties = propertyId === undefined && session.properties.length > 1
  const line = ({ row }: ViewRow<TaskRow>) => ({
    property: hasManyProperties ? names.property(row) : null,
    assignee: names.assignee(row),
    today,
    isNews: news.has(row.id),
    onEdit: edit,
    onDiscard: discard,
  })
  const isFound = groups.open.length + groups.done.length > 0

  return (
    <div className={styles.page}>
      <TaskForm propertyId={propertyId} people={people} onAdd={add} />
      <div className={styles.scroller}>
        <DataAge className={styles.age} fetchedAt={query.dataUpdatedAt} />
        {(query.isError || (views && !query.data)) && (
          <div className={styles.failed} role="alert">
            <p>
              {query.data
                ? 'These tasks may be out of date: they could not be loaded again.'
                : 'Tasks could not be loaded.'}
            </p>
            <Button size="small" onClick={() => void query.refetch()}>
              Try again
            </Button>
          </div>
        )}
        {!views && query.fetchStatus === 'paused' && <NotKept what="Tasks have" />}
        {!views && !query.isError && query.fetchStatus !== 'paused' && <TasksSkeleton />}
        {views && !isFound && search !== '' && (
          <EmptyState title="No task matches" text={`Nothing here holds “${search}”.`}>
            <Button onClick={() => setSearch('')}>Clear the search</Button>
          </EmptyState>
        )}
        {views && !isFound && search === '' && (
          <EmptyState
            title="No tasks yet"
            text="Write the first one above. Everybody of the property sees it at once."
          />
        )}
        <TaskList title="Open" views={groups.open} line={line} />
        {isFound && groups.open.length === 0 && search === '' && <EmptyState title="Nothing is open" />}
        <TaskList title="Done" views={groups.done} line={line} />
        {query.hasNextPage && (
          <Button className={styles.all} size="small" onClick={() => void query.fetchNextPage()}>
            Load older tasks
          </Button>
        )}
      </div>
    </div>
  )
}

function moveFocus(step: 1 | -1): void {
  const ticks = [...document.querySelectorAll<HTMLElement>('[data-task-tick]')]
  const at = ticks.indexOf(document.activeElement as HTMLElement)
  const next = at < 0 && step < 0 ? ticks.length - 1 : at + step
  ;(ticks[next] ?? ticks[at - step])?.focus()
}
