import type { Http, HttpRequest, HttpResponse } from '../../worker/core/platform.ts'
import { ABORTED } from './browser.ts'
import { cookieOf } from '../support/server.ts'
import type { Context } from './context.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { SimServer } from './sim-server.ts'
import type { VirtualTime } from './virtual-time.ts'

/** What `fetch` rejects with when no answer comes. */
const FAILED = new TypeError('Failed to fetch')

/** How often what goes wrong goes wrong, as a share of requests. */
export interface NetworkFaults {
  /** The request never arrives. */
  lostBefore: number
  /** The server does it and the answer never arrives. */
  lostAfter: number
  /** The browser sends it again by itself, as on a kept-alive connection that dropped: the server does it twice. */
  twice: number
  /** No answer and no error. */
  stalled: number
  /** Longest way of a request or an answer. */
  delayMaxMs: number
}

export const NO_FAULTS: NetworkFaults = { lostBefore: 0, lostAfter: 0, twice: 0, stalled: 0, delayMaxMs: 40 }

export interface Exchange {
  at: number
  context: Context
  request: HttpRequest
  status: number | null
  /** The script that asked still waits. */
  open: boolean
}

export interface Network {
  httpOf(context: Context): Http
  setFaults(faults: NetworkFaults): void
  /** Nothing goes through. */
  setOnline(online: boolean): void
  isOnline(): boolean
  /** The cookie of the session, as somebody who looks into the browser's files reads it. */
  cookie(): string | null
}

/** The way of one browser profile to the server, with its cookies. */
export function createNetwork(deps: {
  time: VirtualTime
  random: SeededRandom
  server: SimServer
  onExchange: (exchange: Exchange) => void
}): Network {
  const { time, random, server, onExchange } = deps
  let faults = NO_FAULTS
  let online = true
  let cookie: string | null = null

  const way = () => 1 + random.int(0, faults.delayMaxMs)

  function send(
    context: Context,
    request: HttpRequest,
    settle: (result: HttpResponse | Error) => void,
  ): void {
    // What a middlebox repeats, it repeats as it was sent.
    const sentCookie = request.cookies ? cookie : null
    const exchange: Exchange = { at: time.now(), context, request, status: null, open: true }
    onExchange(exchange)
    const gone = new AbortController()
    let isSettled = false
    const answer = (result: HttpResponse | Error) =>
      context.run(() => {
        if (isSettled) return
        isSettled = true
        exchange.open = false
        forgetDeath()
        signal?.removeEventListener('abort', abort)
        settle(result)
      })
    const { signal } = request
    const forgetDeath = context.onDeath(() => {
      exchange.open = false
      gone.abort()
    })
    const abort = () => {
      answer(ABORTED)
      time.after(way(), () => gone.abort())
    }
    if (signal?.aborted) return abort()
    signal?.addEventListener('abort', abort, { once: true })

    const fate = random.fraction()
    const is = (from: number, share: number) => fate >= from && fate < from + share
    const { lostBefore, lostAfter, twice, stalled } = faults
    if (!online || is(0, lostBefore)) return void time.after(way(), () => answer(FAILED))
    if (is(lostBefore, stalled)) return
    const isLost = is(lostBefore + stalled, lostAfter)
    const isTwice = is(lostBefore + stalled + lostAfter, twice)
    if (isTwice) time.after(way(), () => void atServer(request, sentCookie, gone.signal).catch(() => null))
    const arrive = async () => {
      try {
        const { response, set } = await atServer(request, sentCookie, gone.signal)
        exchange.status = response.status
        time.after(way(), () => {
          if (isLost || !online) return answer(FAILED)
          // What the browser keeps, it keeps also when the script that asked has gone.
          if (request.cookies && set !== null) cookie = set
          answer(response)
        })
      } catch {
        time.after(way(), () => answer(FAILED))
      }
    }
    time.after(way(), () => void arrive())
  }

  async function atServer(
    { method, path, headers, body }: HttpRequest,
    sentCookie: string | null,
    signal: AbortSignal,
  ): Promise<{ response: HttpResponse; set: string | null }> {
    const asked = { method, path, headers, cookie: sentCookie, signal }
    const answered = server.request(body === undefined ? asked : { ...asked, body })
    if (!answered) throw FAILED
    const response = await answered
    const text = await response.text()
    return {
      set: cookieOf(response),
      response: {
        status: response.status,
        header: (name) => response.headers.get(name),
        headers: () => Object.fromEntries(response.headers),
        text: () => Promise.resolve(text),
      },
    }
  }

  return {
    isOnline: () => online,
    cookie: () => cookie,
    setOnline(next) {
      online = next
    },
    setFaults(next) {
      faults = next
    },
    httpOf: (context) => (request) =>
      new Promise((resolve, reject) =>
        send(context, request, (result) => (result instanceof Error ? reject(result) : resolve(result))),
      ),
  }
}
