import type { Clock } from './platform.ts'

/**
 * A signal that aborts when one of `parents` does or after `ms`. `end` frees the timer and the listeners: a page that
 * lives for days makes many of these.
 */
export function createDeadline(
  clock: Clock,
  ms: number,
  ...parents: AbortSignal[]
): { signal: AbortSignal; timedOut(): boolean; end(): void } {
  const controller = new AbortController()
  let timedOut = false
  const abort = () => controller.abort()
  const cancel = clock.after(ms, () => {
    timedOut = true
    controller.abort()
  })
  for (const parent of parents) {
    if (parent.aborted) controller.abort()
    parent.addEventListener('abort', abort, { once: true })
  }
  return {
    signal: controller.signal,
    timedOut: () => timedOut,
    end() {
      cancel()
      for (const parent of parents) parent.removeEventListener('abort', abort)
    },
  }
}
