/** One HTTP/1.1 request or answer as it came. */
export interface HttpMessage {
  bytes: Buffer
  head: string
  /** Bytes of the head, with the empty line that ends it. */
  headLength: number
}

const HEAD_END = '\r\n\r\n'
const LAST_CHUNK = '0\r\n\r\n'

/** Cuts a stream of bytes into messages, by the length they name or their last chunk. */
export function createMessageReader(take: (message: HttpMessage) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    for (let length = firstLength(rest); length > 0; length = firstLength(rest)) {
      const bytes = rest.subarray(0, length)
      rest = rest.subarray(length)
      const headLength = bytes.indexOf(HEAD_END) + HEAD_END.length
      take({ bytes, head: bytes.subarray(0, headLength).toString(), headLength })
    }
  }
}

/** Bytes of the message that stands first; 0 while it is not whole. */
function firstLength(bytes: Buffer): number {
  const headEnd = bytes.indexOf(HEAD_END)
  if (headEnd < 0) return 0
  const headLength = headEnd + HEAD_END.length
  const head = bytes.subarray(0, headLength).toString().toLowerCase()
  if (head.includes('\r\ntransfer-encoding: chunked\r\n')) {
    const end = bytes.indexOf(LAST_CHUNK, headLength)
    return end < 0 ? 0 : end + LAST_CHUNK.length
  }
  const length = headLength + Number(/\r\ncontent-length: (\d+)\r\n/.exec(head)?.[1] ?? 0)
  return bytes.length < length ? 0 : length
}
