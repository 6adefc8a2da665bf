import { connect } from 'node:net'

export interface RawConnection {
  /** One request at a time; resolves to the body once all of it has come. */
  get(path: string, headers?: Record<string, string>): Promise<string>
  close(): void
}

/** HTTP/1.1 with nothing to spare, so that what is measured is the server. */
export function openRaw(port: number): RawConnection {
  const socket = connect(port, '127.0.0.1').setNoDelay()
  let chunks: Buffer[] = []
  let got = 0
  let wanted = -1
  let done: (body: string) => void = () => {}

  socket.on('error', () => {})
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    got += chunk.length
    if (wanted < 0) {
      const text = Buffer.concat(chunks).toString('latin1')
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) return
      wanted = end + 4 + Number(/content-length: *(\d+)/i.exec(text.slice(0, end))?.[1] ?? 0)
    }
    if (got < wanted) return
    const text = Buffer.concat(chunks).toString()
    chunks = []
    got = 0
    wanted = -1
    done(text.slice(text.indexOf('\r\n\r\n') + 4))
  })

  return {
    get(path, headers = {}) {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
      return new Promise((resolve) => {
        done = resolve
        socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n${lines.join('')}\r\n`)
      })
    },
    close: () => socket.destroy(),
  }
}
