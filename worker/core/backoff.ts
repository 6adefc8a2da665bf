export const BACKOFF_BASE_MS = 1000
export const BACKOFF_CAP_MS = 60_000

/**
 * How long to wait after the `failures`-th failure in a row: full jitter over a doubling ceiling, so that clients which
 * failed together do not come back together. What the server asked for (`Retry-After`) is a lower bound.
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function backoffMs(failures: number, fraction: number, retryAfterMs: number | null): number {
  const ceiling = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** Math.min(failures, 16))
  return Math.max(retryAfterMs ?? 0, Math.round(fraction * ceiling))
}
