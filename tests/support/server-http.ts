import type { Http, HttpRequest } from '../../worker/core/platform.ts'
import { cookieOf, TEST_ORIGIN, type TestServer } from './server.ts'
import { aborted } from './virtual-platform.ts'

export interface ServerHttp {
  http: Http
  /** Every exchange so far, in the order of sending; `open` while it waits for its answer, null when it got none. */
  log: { request: HttpRequest; open: boolean; status: number | null }[]
}

/** `fetch` of one browser profile, with its cookies, straight into a server in process. */
export function createServerHttp(server: TestServer): ServerHttp {
  const log: ServerHttp['log'] = []
  let cookie: string | null = null

  async function exchange({ method, path, headers, body, signal, cookies }: HttpRequest): Promise<Response> {
    const response = await server.request(path, {
      method,
      headers: { ...headers, Origin: TEST_ORIGIN },
      ...(body === undefined ? {} : { body }),
      ...(cookies && cookie !== null ? { cookie } : {}),
      ...(signal ? { signal } : {}),
    })
    if (cookies) cookie = cookieOf(response) ?? cookie
    return response
  }

  return {
    log,
    async http(request) {
      const entry: ServerHttp['log'][number] = { request, open: true, status: null }
      log.push(entry)
      try {
        const response = await Promise.race([exchange(request), abortOf(request)])
        const text = await response.text()
        entry.status = response.status
        return {
          status: response.status,
          header: (name) => response.headers.get(name),
          headers: () => Object.fromEntries(response.headers),
          text: () => Promise.resolve(text),
        }
      } finally {
        entry.open = false
      }
    },
  }
}

/** A server in process answers even those who have gone; a browser hears nothing of it. */
function abortOf({ signal }: HttpRequest): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(aborted()), { once: true })
  })
}
