import type { Http } from '../core/platform.ts'

/**
 * `fetch` on our own origin. The cache mode stays the default: `no-store` adds `Cache-Control: no-cache` to the request,
 * which would cost a preflight a poll on another origin (measured). Cookies go with the session endpoints only.
 */
export const http: Http = async ({ method, path, headers, body, signal, cookies, keepalive = false }) => {
  const response = await fetch(path, {
    method,
    headers,
    keepalive,
    credentials: cookies ? 'same-origin' : 'omit',
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  })
  return {
    status: response.status,
    header: (name) => response.headers.get(name),
    headers: () => Object.fromEntries(response.headers),
    text: () => response.text(),
  }
}
