import type { Clock } from './platform.ts'

/** Why a signal aborted, so that whoever only sees the signal can tell silence from a change of mind. */
const TIMED_OUT = Object.assign(new Error('The deadline has passed.'), { name: 'TimeoutError' })

export function isTimeOut({ reason }: AbortSignal): boolean {
  return reason === TIMED_OUT
}

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
    controller.abort(TIMED_OUT)
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
