import { useCallback, useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import type { ViewRow } from '../realtime/overlay-writes.ts'
import { movedCursor, survivingCursor } from '../ui/list-cursor.ts'

type View = ViewRow<TransactionRow>

/** A list one can walk through and decide in, for keys pressed anywhere on the page. */
export interface DecisionList {
  /** The row a key speaks of; always one of the list, or null. */
  cursor: string | null
  selected: ReadonlySet<string>
  setCursor: (id: string) => void
  /** Moves the cursor and says where it stands then. */
  move: (step: number) => string | null
  toggle: (id?: string) => void
  selectAll: (ids: readonly string[]) => void
  /** False when there was nothing to clear. */
  clearSelected: () => boolean
  /** What a decision would apply to: the selection, or the row at the cursor. */
  targets: () => View[]
  view: (id: string | null) => View | null
  /** Puts the focus on the cursor's row once it is drawn. */
  focusCursor: () => void
}

interface Standing {
  ids: string[]
  cursor: string | null
  selected: ReadonlySet<string>
}

/**
 * Cursor, selection and focus of a list of rows that changes under the reader. The focus follows the cursor: when the row
 * that has it goes away, the browser would drop it to the page, and a keyboard would have to start from the top.
 */
export function useDecisionList(views: readonly View[], box: RefObject<HTMLElement | null>): DecisionList {
  const byId = useMemo(() => new Map(views.map((view) => [view.row.id, view])), [views])
  const ids = useMemo(() => [...byId.keys()], [byId])
  const [state, setState] = useState<Standing>({ ids, cursor: null, selected: new Set() })
  const wantsFocus = useRef(false)
  const hadFocus = useRef<string | null>(null)

  let current = state
  if (state.ids !== ids) {
    const alive = [...state.selected].filter((id) => byId.has(id))
    current = {
      ids,
      cursor: survivingCursor(state.ids, ids, state.cursor),
      selected: alive.length === state.selected.size ? state.selected : new Set(alive),
    }
    setState(current)
  }
  const { cursor, selected } = current

  useLayoutEffect(() => {
    const lost =
      hadFocus.current !== null && !byId.has(hadFocus.current) && document.activeElement === document.body
    if (!wantsFocus.current && !lost) return
    const row = cursor && box.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(cursor)}"]`)
    if (!row) return
    wantsFocus.current = false
    row.focus({ preventScroll: true })
  })

  useLayoutEffect(() => {
    const element = box.current
    if (!element) return undefined
    const remember = (event: FocusEvent) => {
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-id]') : null
      hadFocus.current = row?.dataset['id'] ?? null
    }
    element.addEventListener('focusin', remember)
    return () => element.removeEventListener('focusin', remember)
  })

  const change = useCallback(
    (next: (before: Standing) => Partial<Standing>) => setState((before) => ({ ...before, ...next(before) })),
    [],
  )

  return useMemo(
    (): DecisionList => ({
      cursor,
      selected,
      setCursor: (id) => change(() => ({ cursor: id })),
      move(step) {
        wantsFocus.current = true
        change((before) => ({ cursor: movedCursor(before.ids, before.cursor, step) }))
        return movedCursor(ids, cursor, step)
      },
      toggle: (id) =>
        change((before) => {
          const target = id ?? before.cursor
          if (target === null) return {}
          const next = new Set(before.selected)
          if (!next.delete(target)) next.add(target)
          return { selected: next }
        }),
      selectAll: (all) => change(() => ({ selected: new Set(all) })),
      clearSelected() {
        if (selected.size > 0) change(() => ({ selected: new Set() }))
        return selected.size > 0
      },
      targets() {
        const chosen =
          selected.size > 0 ? ids.filter((id) => selected.has(id)) : cursor === null ? [] : [cursor]
        return chosen.flatMap((id) => byId.get(id) ?? [])
      },
      view: (id) => (id === null ? null : (byId.get(id) ?? null)),
      focusCursor() {
        wantsFocus.current = true
      },
    }),
    [cursor, selected, ids, byId, change],
  )
}
