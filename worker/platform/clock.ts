import type { Clock } from '../core/platform.ts'

/** `performance.now` for waits, `Date.now` for what people read. A worker's timers are never throttled. */
export const clock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms)
    return () => clearTimeout(timer)
  },
}
