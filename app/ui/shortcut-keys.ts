export interface Shortcut {
  /** A `KeyboardEvent.key`, with `Shift+` or `Mod+` (Command on Apple, else Control) where needed; several are alternatives. */
  keys: readonly string[]
  label: string
  handler: (event: KeyboardEvent) => void
}

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

/** Whether the keys pressed are the ones named. A shifted character such as `?` names itself: layouts differ in where it lies. */
export function matchesKeys(keys: string, pressed: Pressed): boolean {
  const parts = keys.length === 1 ? [keys] : keys.split('+')
  const key = parts.at(-1) ?? ''
  if (parts.includes('Mod') !== (pressed.ctrlKey || pressed.metaKey) || pressed.altKey) return false
  if (key.length > 1 && parts.includes('Shift') !== pressed.shiftKey) return false
  // With Caps Lock on, `n` arrives as `N`: a letter is matched in either case unless Shift was asked for.
  if (/^[a-z]$/.test(key))
    return pressed.key.toLowerCase() === key && parts.includes('Shift') === pressed.shiftKey
  return pressed.key === key
}

/** The shortcut to run: the one registered last wins, so that an open detail hears Esc before the page does. */
export function findShortcut(
  shortcuts: readonly Shortcut[],
  pressed: Pressed,
  typing: boolean,
): Shortcut | undefined {
  if (typing && pressed.key !== 'Escape') return undefined
  return shortcuts.findLast((shortcut) => shortcut.keys.some((keys) => matchesKeys(keys, pressed)))
}
