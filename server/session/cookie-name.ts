import { REFRESH_COOKIE, REFRESH_COOKIE_PLAIN } from '../../worker/wire/headers.ts'

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/
/** Safari, and every browser on iOS (CriOS, FxiOS), names none of these. */
const TRUSTS_LOOPBACK = /(?:Chrome|Chromium|Firefox)\//

/**
 * The safest name the browser will keep. `__Host-` needs Secure, which every browser takes over https, Chromium and
 * Firefox also from a loopback host over http; WebKit drops it there.
 */
export function cookieNameFor(request: { origin: string | undefined; host: string; ua: string }): string {
  const { origin, host, ua } = request
  if (origin?.startsWith('https://')) return REFRESH_COOKIE
  return LOOPBACK.test(host) && TRUSTS_LOOPBACK.test(ua) ? REFRESH_COOKIE : REFRESH_COOKIE_PLAIN
}
