const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** "just now", "12 min ago", "3 h ago", "2 days ago". Both are wall-clock milliseconds. */
export function agoText(at: number, now: number): string {
  const past = now - at
  if (past < MINUTE_MS) return 'just now'
  if (past < HOUR_MS) return `${Math.floor(past / MINUTE_MS)} min ago`
  if (past < DAY_MS) return `${Math.floor(past / HOUR_MS)} h ago`
  const days = Math.floor(past / DAY_MS)
  return days === 1 ? '1 day ago' : `${days} days ago`
}

/** "in 40 s", "in 5 min": for a time that is to come. */
export function inText(ms: number): string {
  return ms < 2 * MINUTE_MS
    ? `in ${Math.max(1, Math.ceil(ms / 1000))} s`
    : `in ${Math.round(ms / MINUTE_MS)} min`
}
