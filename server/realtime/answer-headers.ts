import { HEADER, HEADER_MARK } from '../../worker/wire/headers.ts'
import { corsHeaders } from '../http/cors.ts'

const SHARED: Readonly<Record<string, string>> = {
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store, no-transform',
  Vary: 'Origin, Authorization',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-site',
  'X-Accel-Buffering': 'no',
  [HEADER.origin]: HEADER_MARK,
}

export type AnswerHeaders = (
  origin: string | undefined,
  requestId: string,
  isDraining: boolean,
) => Record<string, string>

/**
 * Headers of a poll's answer: worked out once for every origin there can be. They stay plain objects, because anything
 * else makes the framework build real `Headers` (measured: 39 µs a delivery become 92).
 */
export function createAnswerHeaders(allowedOrigins: readonly string[]): AnswerHeaders {
  const byOrigin = new Map(
    allowedOrigins.map((origin) => [origin, { ...SHARED, ...corsHeaders(origin, allowedOrigins) }]),
  )
  return (origin, requestId, isDraining) => {
    const prepared = (origin === undefined ? undefined : byOrigin.get(origin)) ?? SHARED
    const headers = { ...prepared, [HEADER.requestId]: requestId }
    return isDraining ? { ...headers, Connection: 'close' } : headers
  }
}
