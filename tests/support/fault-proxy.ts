import { once } from 'node:events'
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { answer, createRule, type Fault, type HeldRule, type Rule } from './faults.ts'
import { startWatchedServer, type WatchedServer } from './watched-server.ts'

/**
 * A server and the network in front of it. A browser's own offline switch cuts pages off and their SharedWorkers not
 * (measured), so faults are made here. `requests()` is what the server itself had.
 */
export interface FaultyServer extends Omit<WatchedServer, 'process'> {
  /** Of several rules for one request the newest decides. @param times how many requests it is for */
  fault(path: string, fault: Fault, times?: number): Rule
  /** The same for requests that are told apart otherwise. */
  faultWhere(matches: (request: IncomingMessage) => boolean, fault: Fault, times?: number): Rule
  /** Every connection dies; whoever asks again is heard. */
  drop(): void
  /** Every connection dies, and every new one too. */
  cut(): void
  /** No fault any more. */
  mend(): void
  dispose(): Promise<void>
}

/** @param variables of the server's configuration */
export async function startFaultyServer(variables: Record<string, string> = {}): Promise<FaultyServer> {
  const { process, url, ...watch } = await startWatchedServer(undefined, variables)
  const target = new URL(url)
  const sockets = new Set<Socket>()
  let rules: HeldRule[] = []
  let isCut = false

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const rule = rules.find((each) => each.matches(request))
    rule?.meet()
    const { fault } = rule ?? {}
    if (fault?.do === 'answer') return answer(response, fault)
    if (fault?.do === 'reset') return void response.destroy()
    const body = await buffer(request)
    if (fault?.do === 'hold-request') await rule?.released()
    const onward = ask({
      host: target.hostname,
      port: target.port,
      // A connection for each: one that is kept may be closed by the server at the moment it is used again.
      agent: false,
      method: request.method,
      path: request.url,
      headers: request.headers,
    })
    // Whoever gives up is gone for the server too, except where the packet is said to be under way.
    if (!fault) response.once('close', () => onward.destroy())
    onward.end(body)
    const [reply] = (await once(onward, 'response')) as [IncomingMessage]
    if (!fault) {
      const { connection: _, 'keep-alive': __, ...headers } = reply.headers
      response.writeHead(reply.statusCode ?? 502, headers)
      return void reply.on('error', () => response.destroy()).pipe(response)
    }
    const content = await buffer(reply)
    rule?.serve()
    if (fault.do === 'hold-reply') await rule?.released()
    if (fault.do === 'lose-reply') return void response.destroy()
    const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...headers } = reply.headers
    response.writeHead(reply.statusCode ?? 502, headers).end(content)
  }

  const proxy = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy())
  })
  proxy.on('connection', (socket: Socket) => {
    if (isCut) socket.destroy()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  proxy.listen(0, 'localhost')
  await once(proxy, 'listening')

  function faultWhere(matches: (request: IncomingMessage) => boolean, fault: Fault, times = Infinity): Rule {
    const rule = createRule(matches, fault, times)
    rules.unshift(rule)
    return rule
  }

  function drop(): void {
    for (const socket of sockets) socket.destroy()
  }

  function cut(): void {
    isCut = true
    drop()
  }

  function mend(): void {
    isCut = false
    for (const rule of rules) rule.release()
    rules = []
  }

  return {
    ...watch,
    url: `http://localhost:${(proxy.address() as AddressInfo).port}`,
    fault: (path, fault, times) => faultWhere(({ url = '' }) => pathOf(url) === path, fault, times),
    faultWhere,
    drop,
    cut,
    mend,
    async dispose() {
      mend()
      cut()
      proxy.close()
      await process.dispose()
    },
  }
}

/** Without its query. */
export const pathOf = (url: string) => url.split('?', 1)[0] ?? ''
