import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ExchangeEnd, ExchangeStart } from './request-watch.ts'

/**
 * Loaded into the process of a server before the server itself: every request says on standard output when it came in and
 * when it was over, answered or cut off. The server is the built one and knows nothing of it.
 */
let last = 0

function say(line: ExchangeStart | ExchangeEnd): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

subscribe('http.server.request.start', (message) => {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
  const n = (last += 1)
  say({ msg: '[Request][begun]', n, at: Date.now(), method: request.method ?? '', url: request.url ?? '' })
  response.once('close', () => {
    const { statusCode: status, writableFinished } = response
    say({ msg: '[Request][over]', n, at: Date.now(), status, cut: !writableFinished })
  })
})
