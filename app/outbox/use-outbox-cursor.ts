import { useCallback, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import { movedCursor, survivingCursor } from '../ui/list-cursor.ts'

export interface OutboxCursor {
  /** The line a key speaks of; always one of the list, or null. */
  key: string | null
  set: (key: string) => void
  /** To another line, with the focus. */
  move: (step: number) => void
  /** Puts the focus on its line once that is drawn. */
  focus: () => void
}

/** The line a hand on the keyboard stands on, in a list that empties itself under the reader; the focus goes with it. */
export function useOutboxCursor(keys: readonly string[], box: RefObject<HTMLElement | null>): OutboxCursor {
  const [state, setState] = useState<{ keys: readonly string[]; key: string | null }>({ keys, key: null })
  const wantsFocus = useRef(false)
  const hadFocus = useRef(false)

  let current = state
  if (state.keys.join('\n') !== keys.join('\n')) {
    current = { keys, key: survivingCursor(state.keys, keys, state.key) }
    setState(current)
  }
  const { key } = current

  useLayoutEffect(() => {
    // The line that had it went, or moved to another group: the browser would begin at the top of the page.
    const isLost = hadFocus.current && document.activeElement === document.body
    if (!wantsFocus.current && !isLost) return
    const line = key && box.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(key)}"]`)
    if (!line) return
    // Only somebody who moves is taken along: a line that went moves no page.
    line.focus({ preventScroll: !wantsFocus.current })
    wantsFocus.current = false
  })

  useLayoutEffect(() => {
    const element = box.current
    if (!element) return undefined
    const enter = () => (hadFocus.current = true)
    // With no other element to go to it was lost; a press elsewhere says where.
    const leave = ({ relatedTarget }: FocusEvent) => {
      if (relatedTarget instanceof Node && !element.contains(relatedTarget)) hadFocus.current = false
    }
    const press = ({ target }: PointerEvent) => {
      hadFocus.current = target instanceof Node && element.contains(target)
    }
    element.addEventListener('focusin', enter)
    element.addEventListener('focusout', leave)
    document.addEventListener('pointerdown', press)
    return () => {
      element.removeEventListener('focusin', enter)
      element.removeEventListener('focusout', leave)
      document.removeEventListener('pointerdown', press)
    }
  }, [box])

  const set = useCallback((key: string) => setState((before) => ({ ...before, key })), [])
  const focus = useCallback(() => void (wantsFocus.current = true), [])
  const move = useCallback((step: number) => {
    wantsFocus.current = true
    setState((before) => ({ ...before, key: movedCursor(before.keys, before.key, step) }))
  }, [])
  return { key, set, move, focus }
}
