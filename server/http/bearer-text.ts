/** A key is whatever the operator made it, spaces and all. */
const BEARER = /^Bearer +(.+)$/i

/** What an `Authorization` header holds after its scheme; null when it is of another scheme or empty. */
export function bearerText(authorization: string): string | null {
  return BEARER.exec(authorization)?.[1] ?? null
}
