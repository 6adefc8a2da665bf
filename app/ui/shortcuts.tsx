import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { findShortcut, type Shortcut } from './shortcut-keys.ts'

interface Registry {
  add(shortcut: Shortcut): () => void
  list(): readonly Shortcut[]
}

const ShortcutContext = createContext<Registry | null>(null)

/** One listener for the whole document. Keys typed into a field stay there, except Escape; an open dialog keeps all of them. */
export function ShortcutProvider({ children }: { children: ReactNode }) {
  const [registry] = useState(createRegistry)
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.isComposing || isModal(event.target)) return
      const found = findShortcut(registry.list(), event, isTyping(event.target))
      if (!found) return
      // Before the handler: it may move the focus into a field, which would then receive the very key.
      event.preventDefault()
      found.handler(event)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [registry])
  return <ShortcutContext value={registry}>{children}</ShortcutContext>
}

/**
 * While mounted, `keys` (one, or several alternatives) call `handler`; `label` is its line in the list of shortcuts.
 * With `enabled` false it is neither heard nor listed.
 */
export function useShortcut(
  keys: string | readonly string[],
  label: string,
  handler: (event: KeyboardEvent) => void,
  enabled = true,
): void {
  const registry = useContext(ShortcutContext)
  const latest = useRef(handler)
  useEffect(() => {
    latest.current = handler
  })
  const joined = typeof keys === 'string' ? keys : keys.join(' ')
  useEffect(() => {
    if (!enabled || !registry) return undefined
    return registry.add({ keys: joined.split(' '), label, handler: (event) => latest.current(event) })
  }, [registry, joined, label, enabled])
}

/** What may be pressed right now, each key once: those a later registration hides are left out. */
export function useShortcutList(): () => readonly Shortcut[] {
  const registry = useContext(ShortcutContext)
  return useMemo(
    () => () => {
      const all = registry?.list() ?? []
      return all.filter((one, i) => !all.slice(i + 1).some((later) => later.keys.join() === one.keys.join()))
    },
    [registry],
  )
}

function createRegistry(): Registry {
  let shortcuts: readonly Shortcut[] = []
  return {
    add(shortcut) {
      shortcuts = [...shortcuts, shortcut]
      return () => {
        shortcuts = shortcuts.filter((other) => other !== shortcut)
      }
    },
    list: () => shortcuts,
  }
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return (
    target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), textarea, select')
  )
}

function isModal(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('dialog[open], [role=menu]') !== null
}
