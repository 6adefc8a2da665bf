const SHORT = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' })
const LONG = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  timeZone: 'UTC',
})
const WITH_YEAR = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
})
const SHORT_WITH_YEAR = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
})
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

function at(day: string): number {
  return Date.parse(`${day}T00:00:00Z`)
}

/** "23 Nov": a day where its neighbours tell the year. Days have no time zone and are written as in UTC. */
export function shortDay(day: string): string {
  return SHORT.format(at(day))
}

/** "23 Nov" where the day stands alone: with the year when it is not the reader's, so that a wrong one is seen. */
export function loneDay(day: string, today: string): string {
  return (isYearOf(day, today) ? SHORT : SHORT_WITH_YEAR).format(at(day))
}

/** "Monday 23 November", with the year when it is not the reader's. */
export function longDay(day: string, today: string): string {
  return (isYearOf(day, today) ? LONG : WITH_YEAR).format(at(day))
}

function isYearOf(day: string, today: string): boolean {
  return day.slice(0, 4) === today.slice(0, 4)
}

/** A moment in the reader's own time, for when something was entered. */
export function momentText(instantMs: number): string {
  return MOMENT.format(instantMs)
}
