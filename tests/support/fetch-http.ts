import type { Http } from '../../worker/core/platform.ts'

/** The runtime's HTTP over real sockets, with the cookie of one browser profile. */
export function createFetchHttp(url: string): Http {
  let cookie: string | null = null
  return async ({ method, path, headers, body, signal, cookies = false }) => {
    const response = await fetch(url + path, {
      method,
      headers: { ...headers, ...(cookies && cookie !== null ? { Cookie: cookie } : {}) },
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    })
    if (cookies) cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
    return {
      status: response.status,
      header: (name) => response.headers.get(name),
      headers: () => Object.fromEntries(response.headers),
      text: () => response.text(),
    }
  }
}
