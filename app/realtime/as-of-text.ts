const DAY_MS = 86_400_000

/** "18:02" today, "yesterday 18:02", and before that with the day. */
export function asOfText(at: number, now: number, locale?: string): string {
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(at)
  const day = (ms: number) => new Date(ms).toDateString()
  if (day(at) === day(now)) return clock
  if (day(at) === day(now - DAY_MS)) return `yesterday ${clock}`
  const words = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' }).format(at)
  return `${words}, ${clock}`
}
