import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'
import { answerUnreadable } from './http/answer-unreadable.ts'
import type { AppEnv } from './http/app-env.ts'
import { systemRandom } from './node-deps.ts'

export interface Listening {
  port: number
  /**
   * From now on each answer is the last of its connection: one that is kept alive asks again on it however long we wait
   * (measured: six polls in three seconds after `close`), and behind a balancer it is the balancer's.
   */
  lastAnswers(): void
  /** As `lastAnswers`; takes no more connections, waits for the open answers, and after `withinMs` ends what is left. */
  close: (withinMs: number) => Promise<void>
}

/** Above the idle time of common balancers (60 s), so that it is never we who close a connection about to be used. */
const KEEP_ALIVE_MS = 75_000

/** How slowly a request may come in. The wait for an answer, and the pause between two requests, are bound by neither. */
export interface Patience {
  /** Until the last header. */
  headersMs: number
  /** Until the last byte of the body. */
  requestMs: number
  /** How often it is looked. */
  lookMs: number
}

const PATIENCE: Patience = { headersMs: 15_000, requestMs: 30_000, lookMs: 5000 }
/** All of them together. Browsers send under 2 KiB. */
const HEADER_BYTES_MAX = 16 * 1024
const HEADERS_MAX = 100
/** `localhost` means either of these, and which one a client tries first is its own affair. */
const LOOPBACK = ['127.0.0.1', '::1']
/** A free port of one family may be taken in the other. */
const FREE_PORT_TRIES = 10

export interface ListenLimits {
  /** On each address of the host. */
  connectionsMax?: number
  patience?: Patience
}

/** Opens the sockets of a host. Rejects with the system's error when the port is taken or the address is not ours. */
export async function listen(
  app: Hono<AppEnv>,
  host: string,
  port: number,
  limits: ListenLimits = {},
): Promise<Listening> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await listenOnce(app, host === 'localhost' ? LOOPBACK : [host], port, limits)
    } catch (error) {
      if (port !== 0 || tries === FREE_PORT_TRIES || codeOf(error) !== 'EADDRINUSE') throw error
    }
  }
}

async function listenOnce(
  app: Hono<AppEnv>,
  addresses: string[],
  wanted: number,
  limits: ListenLimits,
): Promise<Listening> {
  const servers: Server[] = []
  const answers = trackAnswers()
  let port = wanted
  for (const address of addresses) {
    const server = newServer(app, limits)
    server.prependListener('request', (_, response) => answers.add(response))
    try {
      server.listen(port, address)
      await once(server, 'listening')
    } catch (error) {
      if (servers.length > 0 && isMissingFamily(error)) continue
      await Promise.all(servers.map((open) => closeServer(open, 0)))
      throw error
    }
    servers.push(server)
    port = (server.address() as AddressInfo).port
  }
  return {
    port,
    lastAnswers: answers.areLast,
    async close(withinMs) {
      answers.areLast()
      await Promise.all(servers.map((server) => closeServer(server, withinMs)))
    },
  }
}

/** Answers that are not written yet: a poll that is held now is told with its own answer. */
function trackAnswers(): { add(response: ServerResponse): void; areLast(): void } {
  const open = new Set<ServerResponse>()
  let isLast = false
  return {
    add(response) {
      if (isLast) response.shouldKeepAlive = false
      open.add(response)
      response.once('close', () => open.delete(response))
    },
    areLast() {
      isLast = true
      for (const response of open) response.shouldKeepAlive = false
    },
  }
}

function newServer(app: Hono<AppEnv>, { connectionsMax, patience = PATIENCE }: ListenLimits): Server {
  const server = createAdaptorServer({
    fetch: app.fetch,
    createServer,
    serverOptions: {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: patience.headersMs,
      requestTimeout: patience.requestMs,
      connectionsCheckingInterval: patience.lookMs,
      maxHeaderSize: HEADER_BYTES_MAX,
    },
  }) as Server
  server.maxHeadersCount = HEADERS_MAX
  answerUnreadable(server, systemRandom)
  if (connectionsMax !== undefined) server.maxConnections = connectionsMax
  return server
}

async function closeServer(server: Server, withinMs: number): Promise<void> {
  const bound = setTimeout(() => server.closeAllConnections(), withinMs)
  await new Promise((resolve) => {
    server.close(resolve)
    server.closeIdleConnections()
  })
  clearTimeout(bound)
}

/** A machine without IPv6 has no `::1`; what it has is enough. */
function isMissingFamily(error: unknown): boolean {
  return ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].includes(codeOf(error) ?? '')
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
