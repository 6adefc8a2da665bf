import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { HEADER, HEADER_MARK } from '../../worker/wire/headers.ts'
import { PROBLEM_MEDIA_TYPE } from '../../worker/wire/problem.ts'
import type { Random } from '../deps.ts'
import { problemBody } from './problem.ts'
import { requestIdOf } from './request-id.ts'
import { SECURITY_HEADERS } from './security-headers.ts'

const WHY: Record<string, string> = {
  HPE_HEADER_OVERFLOW: 'The headers are longer than this server reads.',
  ERR_HTTP_REQUEST_TIMEOUT: 'The request came in too slowly.',
}

/**
 * What the parser refuses never gets to the app; it is told in the same words as everything else, and the connection ends.
 * Where an answer is under way on it, bytes of ours would be read as part of that: it only ends.
 */
export function answerUnreadable(server: Server, random: Pick<Random, 'id'>): void {
  const busy = new WeakMap<Duplex, number>()
  server.prependListener('request', ({ socket }, response) => {
    busy.set(socket, (busy.get(socket) ?? 0) + 1)
    response.once('close', () => busy.set(socket, (busy.get(socket) ?? 1) - 1))
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET' || (busy.get(socket) ?? 0) > 0) {
      socket.destroy()
      return
    }
    const requestId = requestIdOf(undefined, random)
    const detail = WHY[error.code ?? ''] ?? 'This is no request of HTTP/1.1.'
    const body = JSON.stringify(problemBody('bad_request', requestId, { detail }))
    const headers = {
      ...SECURITY_HEADERS,
      [HEADER.requestId]: requestId,
      [HEADER.origin]: HEADER_MARK,
      'Content-Type': PROBLEM_MEDIA_TYPE,
      'Content-Length': String(Buffer.byteLength(body)),
      'Cache-Control': 'no-store',
      Connection: 'close',
    }
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.end(`HTTP/1.1 400 Bad Request\r\n${head.join('')}\r\n${body}`)
  })
}
