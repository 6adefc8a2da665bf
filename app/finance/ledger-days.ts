/** Days of the plot and of the profit-loss figure, today included. */
export const RANGE_DAYS = 30

/** The calendar day at the reader's place, as the ledger writes days. */
export function dayOf(instantMs: number): string {
  const at = new Date(instantMs)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** A day so many days later (or earlier); days have no time zone, so the sum is done in UTC. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10)
}

/** The last `RANGE_DAYS` days up to and with `today`. */
export function lastDays(today: string): { from: string; to: string } {
  return { from: addDays(today, 1 - RANGE_DAYS), to: today }
}

/** Milliseconds until the reader's next midnight. */
export function untilMidnightMs(instantMs: number): number {
  const at = new Date(instantMs)
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + 1).getTime() - instantMs
}
