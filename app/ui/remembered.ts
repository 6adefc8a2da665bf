/** Small choices of one person on one device. Storage may be blocked: then they last as long as the page. */
export interface Remembered<T extends string> {
  get: () => T
  set: (value: T) => void
  subscribe: (listener: () => void) => () => void
}

/** A choice kept in local storage under `key`; `options[0]` is the default and is kept as absence. Other tabs follow. */
export function createRemembered<T extends string>(
  key: string,
  options: readonly [T, ...T[]],
  onChange: (value: T) => void,
): Remembered<T> {
  const listeners = new Set<() => void>()
  const parse = (text: string | null) => options.find((option) => option === text) ?? options[0]
  let value = parse(read(key))

  function take(next: T): void {
    if (next === value) return
    value = next
    onChange(value)
    for (const listener of listeners) listener()
  }

  addEventListener('storage', (event) => {
    if (event.key === key || event.key === null) take(parse(event.newValue))
  })

  return {
    get: () => value,
    set(next) {
      take(next)
      try {
        if (next === options[0]) localStorage.removeItem(key)
        else localStorage.setItem(key, next)
      } catch {
        // Blocked or full: the choice still holds for this page.
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
