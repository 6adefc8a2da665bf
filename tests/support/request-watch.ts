import { SUBSCRIBE_PATH } from '../../worker/wire/subscribe.ts'
import type { LogLine } from './server-process.ts'

/** A process begins, and counts its requests from one; the process before it said nothing of its end when it was killed. */
export type LifeStart = { msg: '[Request][life]'; at: number }
export type ExchangeStart = { msg: '[Request][begun]'; n: number; at: number; method: string; url: string }
export type ExchangeEnd = { msg: '[Request][over]'; n: number; at: number; status: number; cut: boolean }

/** One request as the server had it. Times are wall-clock ms of the machine. */
export interface Exchange {
  method: string
  /** With its query. */
  url: string
  from: number
  /** Null while it is open. */
  to: number | null
  /** 0 while it is open. */
  status: number
  /** The connection ended before the answer had left. */
  cut: boolean
}

export interface Poll extends Exchange {
  /** One leadership of one runtime. */
  pollerId: string
}

export interface RequestWatch {
  requests(): readonly Exchange[]
  /** The long polls of all pages, also those that were refused. */
  polls(): Poll[]
  /** Polls that are open now. */
  open(): Poll[]
}

/** Reads what `say-requests` has a server say. `lines` may grow: each call reads on. */
export function createRequestWatch(lines: readonly LogLine[]): RequestWatch {
  const exchanges: Exchange[] = []
  /** Those that are open, by the number the process gives them. */
  const begun = new Map<number, Exchange>()
  let readUpTo = 0

  function read(): void {
    for (; readUpTo < lines.length; readUpTo += 1) {
      const line = lines[readUpTo] as unknown as LifeStart | ExchangeStart | ExchangeEnd
      if (line.msg === '[Request][life]') {
        for (const exchange of begun.values()) Object.assign(exchange, { to: line.at, cut: true })
        begun.clear()
      } else if (line.msg === '[Request][begun]') {
        const { n, at, method, url } = line
        const exchange: Exchange = { method, url, from: at, to: null, status: 0, cut: false }
        exchanges.push(exchange)
        begun.set(n, exchange)
      } else if (line.msg === '[Request][over]') {
        const { n, at, status, cut } = line
        const exchange = begun.get(n)
        if (exchange) Object.assign(exchange, { to: at, status, cut })
        begun.delete(n)
      }
    }
  }

  function polls(): Poll[] {
    read()
    return exchanges.flatMap((exchange) => {
      const { pathname, searchParams } = new URL(exchange.url, 'http://server')
      const isPoll = exchange.method === 'GET' && pathname === SUBSCRIBE_PATH
      return isPoll ? [{ ...exchange, pollerId: searchParams.get('p') ?? '' }] : []
    })
  }

  return {
    requests() {
      read()
      return [...exchanges]
    },
    polls,
    open: () => polls().filter((poll) => poll.to === null),
  }
}
