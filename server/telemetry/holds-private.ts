/**
 * A token (RFC 7519: JSON in base64url, so it begins with `eyJ`), or the part of one that fits where an id may stand; an
 * e-mail address; a whole user agent.
 */
const PRIVATE = [/\beyJ[\w-]{7,}/, /[^\s@]+@[^\s@]+\.[^\s@]+/, /Mozilla\/\d|AppleWebKit\//, /\bBearer\s/i]
/** Deeper than any record goes. */
const DEPTH_MAX = 6

/** Whether any text in it, also the name of a field, could tell who somebody is or let another act for them. */
export function holdsPrivate(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return PRIVATE.some((pattern) => pattern.test(value))
  if (typeof value !== 'object' || value === null) return false
  if (depth >= DEPTH_MAX) return true
  return Object.entries(value).some(([key, part]) => holdsPrivate(key) || holdsPrivate(part, depth + 1))
}
