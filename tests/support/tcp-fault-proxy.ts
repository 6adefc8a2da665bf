import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { createMessageReader, type HttpMessage } from './http-messages.ts'

/** What happens to one exchange on its way. */
export type TcpFault =
  /** The connection is reset before the server has heard anything. */
  | 'reset'
  /** The connection is reset when the server has answered. */
  | 'lose-reply'
  /** The answer ends after its headers. */
  | 'cut-after-headers'
  /** The answer ends in the middle of its body. */
  | 'half-body'
  /** The connection stays, and half of the answer is all that ever comes. */
  | 'stall'
  /** The server gets it twice, and the second answer is the one that arrives. */
  | 'duplicate'
  /** The connection is reset, and the server gets it nevertheless: after the one that was sent next. */
  | 'reorder'

export interface TcpFaultProxy {
  url: string
  /** Exchanges that met a fault. */
  met(): number
  /** From now on nothing happens to anything. */
  mend(): void
  close(): Promise<void>
}

const REORDERED_AFTER_MS = 30

/**
 * A network between a client and a server, byte by byte: what an HTTP library on the way would put right is not.
 *
 * @param decide what happens to the request with this head
 */
export async function startTcpFaultProxy(
  target: string,
  decide: (head: string) => TcpFault | null,
): Promise<TcpFaultProxy> {
  const { port, hostname: host } = new URL(target)
  const sockets = new Set<Socket>()
  let isMended = false
  let met = 0
  let late: HttpMessage[] = []

  function track(socket: Socket): Socket {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
    return socket
  }

  function newServerSide(take: (answer: HttpMessage) => void): Socket {
    const socket = track(connect({ port: Number(port), host }))
    const read = createMessageReader(take)
    return socket.on('data', read)
  }

  /** On a connection of its own; the answer goes nowhere unless `take` says where. */
  function deliver(request: HttpMessage, take: (answer: HttpMessage) => void = () => {}): Socket {
    const socket = newServerSide((answer) => {
      take(answer)
      socket.destroy()
    })
    socket.write(request.bytes)
    return socket
  }

  function serve(client: Socket): void {
    let fault: TcpFault | null = null
    const server = newServerSide((answer) => reply(answer))
    client.once('close', () => server.destroy())
    server.once('close', () => fault === 'stall' || fault === 'duplicate' || client.destroy())

    function reply({ bytes, headLength }: HttpMessage): void {
      const half = headLength + Math.floor((bytes.length - headLength) / 2)
      if (fault === null) client.write(bytes)
      else if (fault === 'lose-reply') client.resetAndDestroy()
      else if (fault === 'cut-after-headers') client.end(bytes.subarray(0, headLength))
      else if (fault === 'half-body') client.end(bytes.subarray(0, half))
      else if (fault === 'stall') client.write(bytes.subarray(0, half))
    }

    function pass(request: HttpMessage): void {
      fault = isMended ? null : decide(request.head)
      if (fault !== null) met += 1
      if (fault === 'reset') return void client.resetAndDestroy()
      if (fault === 'reorder') {
        late.push(request)
        return void client.resetAndDestroy()
      }
      server.write(request.bytes)
      const overtaken = late
      late = []
      setTimeout(() => overtaken.forEach((each) => deliver(each)), REORDERED_AFTER_MS)
      if (fault !== 'duplicate') return
      const second = deliver(request, ({ bytes }) => client.write(bytes))
      client.once('close', () => second.destroy())
    }

    client.on('data', createMessageReader(pass))
  }

  const proxy = createServer((client) => serve(track(client)))
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    met: () => met,
    mend: () => void (isMended = true),
    async close() {
      for (const socket of sockets) socket.destroy()
      proxy.close()
      await once(proxy, 'close')
    },
  }
}
