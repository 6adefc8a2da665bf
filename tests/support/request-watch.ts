import { SUBSCRIBE_PATH } from '../../worker/wire/subscribe.ts'
import type { LogLine } from './server-process.ts'

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
  const exchanges = new Map<number, Exchange>()
  let readUpTo = 0

  function read(): void {
    for (; readUpTo < lines.length; readUpTo += 1) {
      const line = lines[readUpTo] as unknown as ExchangeStart | ExchangeEnd
      if (line.msg === '[Request][begun]') {
        const { n, at, method, url } = line
        exchanges.set(n, { method, url, from: at, to: null, status: 0, cut: false })
      } else if (line.msg === '[Request][over]') {
        const { n, at, status, cut } = line
        const begun = exchanges.get(n)
        if (begun) Object.assign(begun, { to: at, status, cut })
      }
    }
  }

  function polls(): Poll[] {
    read()
    return [...exchanges.values()].flatMap((exchange) => {
      const { pathname, searchParams } = new URL(exchange.url, 'http://server')
      const isPoll = exchange.method === 'GET' && pathname === SUBSCRIBE_PATH
      return isPoll ? [{ ...exchange, pollerId: searchParams.get('p') ?? '' }] : []
    })
  }

  return {
    requests() {
      read()
      return [...exchanges.values()]
    },
    polls,
    open: () => polls().filter((poll) => poll.to === null),
  }
}
