import { TOKEN_MARGIN_MS } from './limits.ts'

/** Holds end on a grid this wide, so that thousands of them share a timer. */
export const HOLD_GRID_MS = 250
const JITTER = 0.1

/**
 * How long a poll may be held, in ms: what it asks for, never past its token, and shortened by 0–10 % so that a fleet
 * which came at once does not come at once again. Rounded down: a hold may be short, never long. 0 is "answer now".
 */
export function holdTime(poll: {
  waitMs: number
  holdMs: number
  tokenLeftMs: number
  fraction: number
}): number {
  const longest = Math.min(poll.waitMs, poll.holdMs, poll.tokenLeftMs - TOKEN_MARGIN_MS)
  const shortened = longest * (1 - JITTER * poll.fraction)
  return Math.max(0, Math.floor(shortened / HOLD_GRID_MS) * HOLD_GRID_MS)
}
