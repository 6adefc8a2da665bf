/** One time for a whole world. It jumps from timer to timer; between two of them everything that can happen has happened. */
export interface VirtualTime {
  now(): number
  monotonicMs(): number
  after(ms: number, fn: () => void): () => void
  /** Runs whatever falls due within `ms`. */
  pass(ms: number): Promise<void>
  /** Timers fired so far: a measure of the work done. */
  fired(): number
}

interface Timer {
  at: number
  order: number
  fn: (() => void) | null
}

const BEGIN_MS = Date.UTC(2026, 0, 15, 9)

export function createVirtualTime(): VirtualTime {
  const heap: Timer[] = []
  let now = BEGIN_MS
  let order = 0
  let fired = 0

  const isBefore = (a: Timer, b: Timer) => a.at < b.at || (a.at === b.at && a.order < b.order)

  function push(timer: Timer): void {
    let index = heap.push(timer) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent] as Timer
      if (!isBefore(timer, above)) break
      heap[index] = above
      index = parent
    }
    heap[index] = timer
  }

  function pop(): Timer {
    const first = heap[0] as Timer
    const last = heap.pop() as Timer
    if (heap.length === 0) return first
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Timer, heap[child] as Timer)) child += 1
      if (!isBefore(heap[child] as Timer, last)) break
      heap[index] = heap[child] as Timer
      index = child
    }
    heap[index] = last
    return first
  }

  return {
    now: () => now,
    monotonicMs: () => now,
    fired: () => fired,
    after(ms, fn) {
      const timer: Timer = { at: now + Math.max(0, ms), order: (order += 1), fn }
      push(timer)
      return () => {
        timer.fn = null
      }
    },
    async pass(ms) {
      const until = now + ms
      await quiet()
      while (heap[0] && heap[0].at <= until) {
        const { at, fn } = pop()
        if (!fn) continue
        now = Math.max(now, at)
        fired += 1
        fn()
        await quiet()
      }
      now = until
    },
  }
}

/** One macrotask: every promise that can settle has settled by then, those of the server in process as well. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
