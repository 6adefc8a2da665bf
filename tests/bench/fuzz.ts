import { createDraw } from '../support/draw.ts'
import { createFuzzServer, fuzz as fuzzInProcess } from '../support/fuzz-run.ts'
import { fuzzSockets } from '../support/fuzz-sockets.ts'

/** Of all requests, those sent as bytes over a socket. */
const SOCKET_SHARE = 0.02

/** Malformed requests over every endpoint: what the server makes of them, and whether it forgets them. */
export async function fuzz({ requests = 1_000_000, seed = 1 }: { requests?: number; seed?: number }) {
  const sockets = await fuzzSockets(createDraw(seed), Math.round(requests * SOCKET_SHARE))
  const server = await createFuzzServer()
  const inProcess = await fuzzInProcess(server, createDraw(seed), requests - sockets.requests)
  await server.close()
  for (const finding of [...sockets.failures, ...inProcess.failures, ...inProcess.bare])
    console.error(finding)
  return {
    title: `Malformed requests, seed ${seed}`,
    rows: [
      {
        way: 'bytes on sockets',
        requests: sockets.requests,
        'answers >= 500': sockets.failures.length,
        'not a problem document': '',
        statuses: summary(sockets.statuses),
        'heap MB start': '',
        'heap MB end': '',
      },
      {
        way: 'in process',
        requests: inProcess.requests,
        'answers >= 500': inProcess.failures.length,
        'not a problem document': inProcess.bare.length,
        statuses: summary(inProcess.statuses),
        'heap MB start': inProcess.heapMb.start,
        'heap MB end': inProcess.heapMb.end,
      },
    ],
  }
}

function summary(statuses: ReadonlyMap<number, number>): string {
  const all = [...statuses].toSorted(([a], [b]) => a - b)
  return all.map(([status, count]) => `${status === 0 ? 'closed' : status}: ${count}`).join(' ')
}
