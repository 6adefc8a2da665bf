const ANSWERS_MAX = 5
const WINDOW_MS = 500
const PAUSE_BASE_MS = 1000
const PAUSE_CAP_MS = 60_000

/**
 * Notices a server that answers over and over without moving on: a poisoned cursor once made clients of a like protocol
 * send thousands of requests a minute (electric-sql/electric#4087). Returns the pause before the next poll; it doubles
 * with every such burst until the cursor moves.
 */
export function createLoopGuard(): (cursor: string, nowMs: number) => number {
  let stuckAt: string | null = null
  let answers: number[] = []
  let bursts = 0
  return (cursor, nowMs) => {
    if (cursor !== stuckAt) {
      stuckAt = cursor
      answers = []
      bursts = 0
    }
    answers.push(nowMs)
    if (answers.length < ANSWERS_MAX) return 0
    const took = nowMs - (answers.shift() ?? nowMs)
    if (took > WINDOW_MS) return 0
    answers = []
    bursts += 1
    return Math.min(PAUSE_CAP_MS, PAUSE_BASE_MS * 2 ** (bursts - 1))
  }
}
