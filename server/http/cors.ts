import { HEADER } from '../../worker/wire/headers.ts'

const EXPOSED = [
  HEADER.requestId,
  HEADER.origin,
  HEADER.idempotencyReplayed,
  HEADER.merged,
  HEADER.gone,
  HEADER.pass,
  'ETag',
  'Retry-After',
].join(', ')
const ALLOWED_HEADERS = [
  'Authorization',
  'Content-Type',
  'If-Match',
  'If-None-Match',
  HEADER.cursor,
  HEADER.generation,
  HEADER.deploy,
  HEADER.tab,
  HEADER.pass,
  HEADER.actor,
  HEADER.client,
  HEADER.requestId,
  HEADER.idempotencyKey,
  HEADER.after,
].join(', ')

/** Fetch standard §3.2: headers of an answer to an origin on the list; none for every other, so that the browser refuses. */
export function corsHeaders(origin: string | undefined, allowed: readonly string[]): Record<string, string> {
  if (origin === undefined || !allowed.includes(origin)) return {}
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': EXPOSED,
  }
}

/** The answer to a preflight: which of our methods and headers such a page may send, and for how long it may know so. */
export function preflightHeaders(
  origin: string | undefined,
  allowed: readonly string[],
  maxAgeS: number,
): Record<string, string> {
  const headers = corsHeaders(origin, allowed)
  if (Object.keys(headers).length === 0) return headers
  return {
    ...headers,
    'Access-Control-Allow-Methods': 'GET, POST, PATCH, DELETE',
    'Access-Control-Allow-Headers': ALLOWED_HEADERS,
    'Access-Control-Max-Age': String(maxAgeS),
  }
}
