import { connect } from 'node:net'
import type { Draw } from './draw.ts'
import { createFuzzRequests, type FuzzRequest } from './fuzz-requests.ts'
import { FUZZ_ENV, fuzzWorldOf } from './fuzz-run.ts'
import { startLiveServer } from './live-server.ts'
import { createTestServer } from './server.ts'

export interface SocketFindings {
  requests: number
  /** Connections by the status of their first answer; 0 for one that was closed without. */
  statuses: Map<number, number>
  failures: string[]
}

const AT_ONCE = 32
const PATIENCE_MS = 3000
const KEPT_MAX = 20

/** Bytes that no client library sends, over real sockets: what the parser makes of them is part of the server. */
export async function fuzzSockets(draw: Draw, requests: number): Promise<SocketFindings> {
  const server = await startLiveServer(FUZZ_ENV)
  // Tokens of another server: behind the door the requests in process have been.
  const other = await createTestServer({ env: FUZZ_ENV })
  const next = createFuzzRequests(draw, await fuzzWorldOf(other))
  const found: SocketFindings = { requests: 0, statuses: new Map(), failures: [] }
  const port = Number(new URL(server.url).port)

  async function sender(): Promise<void> {
    while (found.requests < requests) {
      found.requests += 1
      const bytes = rawOf(draw, next())
      const answer = await exchange(port, bytes)
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)
      found.statuses.set(status, (found.statuses.get(status) ?? 0) + 1)
      if (/(?:^|\n)HTTP\/1\.1 5\d\d/.test(answer) && found.failures.length < KEPT_MAX)
        found.failures.push(
          `${answer.slice(0, 300)} to ${JSON.stringify(bytes.toString('latin1')).slice(0, 500)}`,
        )
    }
  }

  await Promise.all(Array.from({ length: AT_ONCE }, sender))
  // It is still there, and well.
  const alive = await fetch(`${server.url}/healthz`)
  if (alive.status !== 200) found.failures.push(`afterwards /healthz says ${alive.status}`)
  await other.close()
  await server.close()
  return found
}

function exchange(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
    socket.setTimeout(PATIENCE_MS, () => socket.destroy())
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')))
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
  })
}

type Spoil = (text: string, draw: Draw) => string

/** Each turns a request into one that is wrong in a way of its own. */
const SPOILS: readonly Spoil[] = [
  (text) => text,
  (text) => text.replace(/Content-Length: \d+/, 'Content-Length: 999999'),
  (text) => text.replace(/Content-Length: \d+/, 'Content-Length: 1'),
  (text) => text.replace(/Content-Length: \d+/, 'Content-Length: -5'),
  (text) => text.replace(/(Content-Length: \d+)/, '$1\r\nContent-Length: 7'),
  (text) => text.replace(/(Content-Length: \d+)/, '$1\r\nTransfer-Encoding: chunked'),
  (text) => text.replace(/Content-Length: \d+\r\n/, 'Transfer-Encoding: chunked\r\n'),
  (text) => text.replace(/Content-Length: \d+\r\n/, 'Transfer-Encoding: identity, xchunked\r\n'),
  (text) => text.replace('\r\n', `\r\nX-Long: ${'y'.repeat(20_000)}\r\n`),
  (text) => text.replace('\r\n', `\r\n${'X-Many: 1\r\n'.repeat(500)}`),
  (text) => text.replace('\r\n', '\r\nX-Nul: a\0b\r\n'),
  (text) => text.replace('\r\n', '\r\nno colon here\r\n'),
  (text) => text.replace('\r\n', '\r\n folded: line\r\n'),
  (text) => text.replaceAll('\r\n', '\n'),
  (text) => text.replaceAll('\r\n', '\r'),
  (text) => text.replace(/Host: [^\r]*\r\n/, ''),
  (text) => text.replace(/Host: [^\r]*/, 'Host: ][@:99999/'),
  (text) => text.replace(/(Host: [^\r]*)/, '$1\r\nHost: evil.test'),
  (text) => text.replace('HTTP/1.1', 'HTTP/9.9'),
  (text) => text.replace('HTTP/1.1', 'HTTP/1.0'),
  (text) => text.replace(' HTTP/1.1', ''),
  (text) => text.replace(/^(\w+) \S*/, '$1 http://evil.test/auth/me'),
  (text) => text.replace(/^(\w+) \S*/, '$1 *'),
  (text) => text.replace(/^\w+ \S*/, 'CONNECT evil.test:443'),
  (text) => text.replace(/^(\w+) /, '$1  \t '),
  (text) => text.replace(/^(\w+) \/?/, '$1 /\xff\xfe\x80'),
  (text) => text.replace(/^(\w+) \/?/, `$1 /${'a/'.repeat(9000)}`),
  (text) => text.replace(/^(\w+) \/?/, '$1 ///evil.test//..//'),
  (text) => text.replace('\r\n', '\r\nUpgrade: websocket\r\nConnection: upgrade\r\n'),
  (text) =>
    text.replace('\r\n', '\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\nConnection: Upgrade, HTTP2-Settings\r\n'),
  (text) => text.replace('\r\n', '\r\nExpect: 100-continue\r\n'),
  (text) => text.replace('\r\n', '\r\nExpect: the unexpected\r\n'),
  (text) => text.repeat(3),
  () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  (text, draw) => text.slice(0, Math.floor(draw.fraction() * text.length)),
  (_, draw) => String.fromCharCode(...Array.from({ length: 400 }, () => draw.fraction() * 256)),
  (text, draw) => {
    const at = Math.floor(draw.fraction() * text.length)
    return text.slice(0, at) + String.fromCharCode(draw.fraction() * 256) + text.slice(at + 1)
  },
]

function rawOf(draw: Draw, { method, path, headers, body = '' }: FuzzRequest): Buffer {
  const content = Buffer.from(body).toString('latin1')
  const lines = Object.entries({ Host: 'localhost', ...headers, 'Content-Length': content.length })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.from(
    draw.oneOf(SPOILS)(`${method} ${path} HTTP/1.1\r\n${head}\r\n${content}`, draw),
    'latin1',
  )
}
