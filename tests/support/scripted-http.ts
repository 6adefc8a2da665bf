import type { Http, HttpRequest, HttpResponse } from '../../worker/core/platform.ts'
import { HEADER, HEADER_MARK } from '../../worker/wire/headers.ts'
import { PROBLEM, type ProblemCode } from '../../worker/wire/problem.ts'
import { aborted } from './virtual-platform.ts'

/** One request that waits for the test to answer it. */
export interface Exchange {
  request: HttpRequest
  answer(body: unknown, init?: { status?: number; headers?: Record<string, string> }): void
  /** Refused by the server with one of its codes. */
  refuse(code: ProblemCode, headers?: Record<string, string>): void
  /** A page of somebody on the way: without our mark. */
  portal(status?: number): void
  /** No answer comes. */
  fail(): void
}

export interface ScriptedHttp {
  http: Http
  /** Every request so far, answered or not. */
  sent: HttpRequest[]
  /** Requests to paths that begin so, answered or not. */
  sentTo(prefix: string): HttpRequest[]
  /** Those that wait for an answer, oldest first. An aborted one is gone from here. */
  open(prefix?: string): Exchange[]
  /** From now on an aborted request may still be answered, as one whose headers have arrived already. */
  ignoreAborts(): void
  /** The one request to such a path that waits; fails when there is none, or more. */
  only(prefix: string): Exchange
}

/** A network and a server of which a test speaks every word. */
export function createScriptedHttp(): ScriptedHttp {
  const sent: HttpRequest[] = []
  const waiting = new Set<Exchange>()
  let heedsAborts = true

  function http(request: HttpRequest): Promise<HttpResponse> {
    sent.push(request)
    return new Promise((resolve, reject) => {
      const respond = (status: number, text: string, headers: Record<string, string>) => {
        waiting.delete(exchange)
        resolve(responseOf(status, text, headers))
      }
      const marked = (headers: Record<string, string> = {}) => ({ [HEADER.origin]: HEADER_MARK, ...headers })
      const exchange: Exchange = {
        request,
        answer: (body, { status = 200, headers } = {}) =>
          respond(status, JSON.stringify(body), marked(headers)),
        refuse: (code, headers) => respond(PROBLEM[code], JSON.stringify({ code }), marked(headers)),
        portal: (status = 200) => respond(status, '<html>Welcome to our network</html>', {}),
        fail() {
          waiting.delete(exchange)
          reject(new TypeError('Failed to fetch'))
        },
      }
      waiting.add(exchange)
      request.signal?.addEventListener(
        'abort',
        () => {
          if (!heedsAborts) return
          waiting.delete(exchange)
          reject(aborted())
        },
        { once: true },
      )
    })
  }

  const open = (prefix = '/') => [...waiting].filter(({ request }) => request.path.startsWith(prefix))
  return {
    http,
    sent,
    open,
    ignoreAborts() {
      heedsAborts = false
    },
    sentTo: (prefix) => sent.filter(({ path }) => path.startsWith(prefix)),
    only(prefix) {
      const [first, ...others] = open(prefix)
      if (!first || others.length > 0)
        throw new Error(`${open(prefix).length} requests to ${prefix} wait, not one`)
      return first
    },
  }
}

function responseOf(status: number, text: string, headers: Record<string, string>): HttpResponse {
  const all = new Headers(headers)
  return {
    status,
    header: (name) => all.get(name),
    headers: () => Object.fromEntries(all),
    text: () => Promise.resolve(text),
  }
}
