import { TRUSTED_TYPES_POLICY } from '../../worker/wire/names.ts'

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "manifest-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  // Text becomes a script's address in one place, and markup nowhere (W3C Trusted Types §4).
  "require-trusted-types-for 'script'",
  `trusted-types ${TRUSTED_TYPES_POLICY}`,
].join('; ')

/** Nothing of the kind is used, so nothing that gets into a page can use it either. */
const NO_FEATURES = [
  'accelerometer',
  'autoplay',
  'camera',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
]
  .map((feature) => `${feature}=()`)
  .join(', ')

/**
 * On every answer, since any of them can be opened as a page. Nothing inline is allowed: styles that scripts set through
 * the CSSOM are not (CSP3 §8.2), so React's `style` needs no exception.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': NO_FEATURES,
}

/**
 * Two years, without subdomains: those are not ours to speak for. Only over TLS (RFC 6797 §7.2): on plain http it says
 * nothing, and a machine that is tried out without TLS stays reachable.
 */
export const TRANSPORT_SECURITY = { name: 'Strict-Transport-Security', value: 'max-age=63072000' } as const
