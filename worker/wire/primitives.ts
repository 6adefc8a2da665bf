import * as v from 'valibot'

/** Opaque identifier as the server mints or accepts it: 1–64 URL-safe characters. */
export const Id = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1–64 characters of A–Z a–z 0–9 _ -'),
)

/** RFC 9562 UUID in its canonical text form; the only form an idempotency key takes. */
export const Uuid = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, 'must be a UUID'),
)

/** Milliseconds since the Unix epoch, by the server's clock. */
export const Instant = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** A calendar day as people wrote it down (RFC 3339 full-date); it belongs to no time zone. */
export const Day = v.pipe(
  v.string(),
  v.isoDate('must be a day as YYYY-MM-DD'),
  v.check(isRealDay, 'is not a day of the calendar'),
)

/** ISO 4217 alphabetic code. */
export const Currency = v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, 'must be a three-letter currency code'))

/**
 * For text that is read back as it was written: PostgreSQL takes no NUL, SQLite may end there, and half a surrogate pair
 * has no UTF-8.
 */
export const storable = v.check<string, string>(
  (text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text),
  'holds what is no character',
)

/** Minor units of the currency (cents), as an integer: money is never a float. */
export const MinorUnits = v.pipe(v.number(), v.safeInteger('must be a whole number of minor units'))

function isRealDay(day: string): boolean {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  return date >= 1 && date <= (days[month - 1] ?? 0)
}
