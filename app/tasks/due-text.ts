const DAY_MS = 86_400_000

/** The calendar day of the reader's clock, YYYY-MM-DD. */
export function localDay(now: number): string {
  const date = new Date(now)
  const pad = (number: number) => String(number).padStart(2, '0')
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
}

/** When a task is due, seen from `today`; both days as YYYY-MM-DD. The nearer, the plainer the word. */
export function dueText(dueOn: string, today: string, locale?: string): { text: string; isLate: boolean } {
  const at = Date.parse(`${dueOn}T00:00:00Z`)
  const days = (at - Date.parse(`${today}T00:00:00Z`)) / DAY_MS
  const isLate = days < 0
  if (days === 0) return { text: 'Today', isLate }
  if (days === 1) return { text: 'Tomorrow', isLate }
  if (days === -1) return { text: '1 day late', isLate }
  if (isLate && days >= -60) return { text: `${-days} days late`, isLate }
  const isNear = days > 1 && days < 7
  const options: Intl.DateTimeFormatOptions = isNear
    ? { weekday: 'long' }
    : {
        day: 'numeric',
        month: 'short',
        ...(dueOn.slice(0, 4) === today.slice(0, 4) ? {} : { year: 'numeric' }),
      }
  return { text: new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(at), isLate }
}
