import type { DecisionList } from './use-decision-list.ts'
import type { Opened } from './opened.ts'

/**
 * Moves to the next row, or by as many as `by` says; with a detail open, says which is to open in its place. An entry that
 * left the list has made the cursor the next one already: to move once more would pass it over unseen.
 */
export function step(
  list: Pick<DecisionList, 'cursor' | 'view' | 'move' | 'focusCursor'>,
  opened: Opened | null,
  by: number,
): string | null {
  const hasLeft = opened !== null && list.cursor !== null && list.view(opened.view.row.id) === null
  if (hasLeft) list.focusCursor()
  const id = hasLeft ? list.cursor : list.move(by)
  return opened && id
}
