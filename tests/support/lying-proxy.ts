import { once } from 'node:events'
import { createServer, request as ask, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** A whole answer of the server, to be changed before it is passed on. */
export interface Passing {
  path: string
  request: IncomingHttpHeaders
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** A server that is wrong in one way: it passes everything on to one that is right, and lies about what comes back. */
export async function startLyingProxy(
  target: string,
  lie: (passing: Passing) => void,
): Promise<{ url: string; close(): void }> {
  const { hostname, port } = new URL(target)
  const proxy = createServer((request, response) => {
    async function pass(): Promise<void> {
      const body = await buffer(request)
      const onward = ask({
        hostname,
        port,
        agent: false,
        method: request.method,
        path: request.url,
        headers: request.headers,
      })
      response.once('close', () => onward.destroy())
      onward.end(body)
      const [reply] = (await once(onward, 'response')) as [IncomingMessage]
      const { connection: _, 'keep-alive': __, 'content-length': ___, ...headers } = reply.headers
      const text = (await buffer(reply)).toString()
      const passing = {
        path: request.url ?? '',
        request: request.headers,
        status: reply.statusCode ?? 502,
        headers,
        body: text,
      }
      lie(passing)
      response.writeHead(passing.status, passing.headers).end(passing.body)
    }
    pass().catch(() => response.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    close() {
      proxy.close()
      proxy.closeAllConnections()
    },
  }
}
