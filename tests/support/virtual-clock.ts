import type { Clock } from '../../server/deps.ts'

/** Turns of the event loop after each timer: enough for a chain of promises to come to rest. */
const TURNS = 3

export interface VirtualClock extends Clock {
  /** Runs every timer that falls due, in order, and lets promises come to rest between them. */
  advance(ms: number): Promise<void>
  /** Somebody sets the wall clock; nothing falls due by it. */
  jump(ms: number): void
  /** Timers that have not fired. */
  pending(): number
}

/** Time that only moves when a test moves it. Starts on a fixed day, so that dates in a failure can be read. */
export function createVirtualClock(startMs = Date.UTC(2026, 0, 15, 9)): VirtualClock {
  let nowMs = startMs
  let jumpedMs = 0
  let order = 0
  const timers = new Map<number, { at: number; fn: () => void }>()

  function next(until: number): [number, { at: number; fn: () => void }] | null {
    let first: [number, { at: number; fn: () => void }] | null = null
    for (const entry of timers)
      if (entry[1].at <= until && (!first || entry[1].at < first[1].at)) first = entry
    return first
  }

  return {
    now: () => nowMs + jumpedMs,
    monotonicMs: () => nowMs,
    jump: (ms) => void (jumpedMs += ms),
    after(ms, fn) {
      const id = (order += 1)
      timers.set(id, { at: nowMs + Math.max(0, ms), fn })
      return () => void timers.delete(id)
    },
    async advance(ms) {
      const until = nowMs + ms
      await settle()
      for (let due = next(until); due; due = next(until)) {
        timers.delete(due[0])
        nowMs = Math.max(nowMs, due[1].at)
        due[1].fn()
        await settle()
      }
      nowMs = until
    },
    pending: () => timers.size,
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
