import type { Http, HttpRequest } from '../../worker/core/platform.ts'
import { cookieOf, TEST_ORIGIN, type TestServer } from './server.ts'
import { aborted } from './virtual-platform.ts'

export interface ServerHttp {
  http: Http
  /** Every exchange so far, in the order of sending; the status is null while, and when, no answer comes. */
  log: { request: HttpRequest; status: number | null; code: string | null }[]
}

/** `fetch` of one browser profile, with its cookies, straight into a server in process. */
export function createServerHttp(server: TestServer): ServerHttp {
  const log: ServerHttp['log'] = []
  let cookie: string | null = null

  return {
    log,
    async http(request) {
      const entry: ServerHttp['log'][number] = { request, status: null, code: null }
      log.push(entry)
      const { method, path, headers, body, signal, cookies } = request
      const answering = server.request(path, {
        method,
        headers: { ...headers, Origin: TEST_ORIGIN },
        ...(body === undefined ? {} : { body }),
        ...(cookies && cookie !== null ? { cookie } : {}),
        ...(signal ? { signal: signal as globalThis.AbortSignal } : {}),
      })
      const response = await answering
      // An in-process server answers even those who have gone; a browser hears nothing of it.
      if (signal?.aborted) throw aborted()
      if (cookies) cookie = cookieOf(response) ?? cookie
      const text = await response.text()
      entry.status = response.status
      entry.code = /"code":"(\w+)"/.exec(text)?.[1] ?? null
      return {
        status: response.status,
        header: (name) => response.headers.get(name),
        headers: () => Object.fromEntries(response.headers),
        text: () => Promise.resolve(text),
      }
    },
  }
}
