import type { TaskRow } from '../../worker/wire/tasks.ts'
import type { ViewRow } from '../realtime/overlay-writes.ts'

export interface TaskGroups {
  /** The soonest due first; without a day last, the newest of those first. */
  open: ViewRow<TaskRow>[]
  /** The latest done first. */
  done: ViewRow<TaskRow>[]
}

/**
 * Splits and sorts for the page. Tasks in `first` stand on top: whoever has just added one without a day would otherwise
 * look for it at the bottom. `text` is what a task can be found by; every word of `search` must be in it.
 */
export function taskGroups(
  views: readonly ViewRow<TaskRow>[],
  search: string,
  text: (row: TaskRow) => string,
  first: ReadonlySet<string>,
): TaskGroups {
  const words = fold(search).split(/\s+/).filter(Boolean)
  const found = views.filter(({ row }) => {
    const hay = words.length > 0 ? fold(text(row)) : ''
    return words.every((word) => hay.includes(word))
  })
  const rank = (row: TaskRow) => (first.has(row.id) ? row.createdAt : 0)
  return {
    open: found
      .filter(({ row }) => row.status === 'open')
      .toSorted((a, b) => rank(b.row) - rank(a.row) || compareDue(a.row, b.row)),
    done: found
      .filter(({ row }) => row.status === 'done')
      .toSorted((a, b) => b.row.updatedAt - a.row.updatedAt || compareId(a.row, b.row)),
  }
}

function compareDue(a: TaskRow, b: TaskRow): number {
  if (a.dueOn !== b.dueOn) {
    if (a.dueOn === null || b.dueOn === null) return a.dueOn === null ? 1 : -1
    return a.dueOn < b.dueOn ? -1 : 1
  }
  return b.createdAt - a.createdAt || compareId(a, b)
}

function compareId(a: TaskRow, b: TaskRow): number {
  return a.id < b.id ? 1 : -1
}

/** Case and accents do not count. */
function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
}
