import type { Clock } from '../deps.ts'
import { HOLD_GRID_MS } from './hold-time.ts'

export interface Deadlines {
  /** Runs `fn` at `atMs` of the monotonic clock or up to one grid step before; the returned function cancels it. */
  at(atMs: number, fn: () => void): () => void
  /** When the last of them falls due; null when nothing waits. */
  latest(): number | null
  close(): void
}

interface Slot {
  due: Set<() => void>
  cancel(): void
}

/** One timer for all holds that end in the same grid step: a hundred thousand polls are a hundred timers. */
export function createDeadlines(deps: { clock: Clock }): Deadlines {
  const slots = new Map<number, Slot>()

  function open(slotAt: number): Slot {
    const due = new Set<() => void>()
    const cancel = deps.clock.after(Math.max(0, slotAt - deps.clock.monotonicMs()), () => {
      slots.delete(slotAt)
      for (const fn of due) fn()
    })
    const slot = { due, cancel }
    slots.set(slotAt, slot)
    return slot
  }

  return {
    at(atMs, fn) {
      const slotAt = Math.floor(atMs / HOLD_GRID_MS) * HOLD_GRID_MS
      const slot = slots.get(slotAt) ?? open(slotAt)
      slot.due.add(fn)
      return () => {
        slot.due.delete(fn)
        if (slot.due.size > 0 || slots.get(slotAt) !== slot) return
        slot.cancel()
        slots.delete(slotAt)
      }
    },
    latest: () => (slots.size === 0 ? null : Math.max(...slots.keys())),
    close() {
      for (const slot of slots.values()) slot.cancel()
      slots.clear()
    },
  }
}
