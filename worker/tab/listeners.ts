export interface Listeners<Args extends unknown[]> {
  add: (listener: (...args: Args) => void) => () => void
  tell: (...args: Args) => void
}

/** A set of listeners of which none can keep the others from hearing. */
export function createListeners<Args extends unknown[]>(report: (error: unknown) => void): Listeners<Args> {
  const listeners = new Set<(...args: Args) => void>()
  return {
    add(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    tell(...args) {
      for (const listener of listeners) {
        try {
          listener(...args)
        } catch (error) {
          report(error)
        }
      }
    },
  }
}
