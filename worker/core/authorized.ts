/** The one place that writes `Authorization`: at the moment of sending, and never an empty one. */
export function authorized(token: string | null): Record<string, string> {
  return token === null || token === '' ? {} : { Authorization: `Bearer ${token}` }
}
