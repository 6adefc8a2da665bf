import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { BAD_AUTHORIZATION, isWellFormed } from './authorization.ts'
import type { ExchangeEnd, ExchangeStart, LifeStart } from './request-watch.ts'

/**
 * Loaded into the process of a server before the server itself: with `SAY_REQUESTS` every request says on standard output
 * when it came in and when it was over, answered or cut off; one whose `Authorization` holds no token says so in any case.
 * The server is the built one and knows nothing of it.
 */
const saysAll = process.env.SAY_REQUESTS !== undefined
let last = 0

function say(
  line: LifeStart | ExchangeStart | ExchangeEnd | { msg: string; method: string; url: string },
): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

if (saysAll) say({ msg: '[Request][life]', at: Date.now() })

subscribe('http.server.request.start', (message) => {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
  const { method = '', url = '' } = request
  if (!isWellFormed(request.headers.authorization)) say({ msg: BAD_AUTHORIZATION, method, url })
  if (!saysAll) return
  const n = (last += 1)
  say({ msg: '[Request][begun]', n, at: Date.now(), method, url })
  response.once('close', () => {
    const { statusCode: status, writableFinished } = response
    say({ msg: '[Request][over]', n, at: Date.now(), status, cut: !writableFinished })
  })
})
