import { HEADER, HEADER_MARK } from '../../worker/wire/headers.ts'

interface Sent {
  header(name: string): string | undefined
  url: string
}

/**
 * Whether a request that rides on a cookie comes from a page of ours. `Rt-Client` cannot be sent cross-site without a
 * preflight; `Origin` and `Sec-Fetch-Site` are written by the browser and no page can forge them.
 */
export function comesFromUs(request: Sent, allowedOrigins: readonly string[]): boolean {
  return request.header(HEADER.client) === HEADER_MARK && originAllowed(request, allowedOrigins)
}

/** The half that a page cannot help sending. */
export function originAllowed(request: Sent, allowedOrigins: readonly string[]): boolean {
  if (request.header('sec-fetch-site') === 'cross-site') return false
  const origin = request.header('origin')
  if (origin === undefined || allowedOrigins.includes(origin)) return true
  // Behind a proxy that ends TLS our own scheme is unknown, so it is the host that must be ours.
  return URL.canParse(origin) && new URL(origin).host === new URL(request.url).host
}
