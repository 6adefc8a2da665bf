import type { VirtualClock } from './virtual-clock.ts'

/** Real time, so many times as fast: what waits for half a minute waits for seconds. */
export function createFastClock(speed: number): VirtualClock {
  const startedAt = performance.now()
  const monotonicMs = () => (performance.now() - startedAt) * speed
  const bornAt = Date.now()
  const timers = new Set<NodeJS.Timeout>()
  return {
    now: () => bornAt + monotonicMs(),
    monotonicMs,
    after(ms, fn) {
      const timer = setTimeout(() => {
        timers.delete(timer)
        fn()
      }, ms / speed)
      timers.add(timer)
      return () => {
        timers.delete(timer)
        clearTimeout(timer)
      }
    },
    jump() {
      throw new Error('Nobody sets this clock.')
    },
    advance: (ms) => new Promise((resolve) => setTimeout(resolve, ms / speed)),
    pending: () => timers.size,
  }
}
