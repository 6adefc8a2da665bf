import type { Saying } from './poll-answer.ts'
import { formatOffset } from './stream-offset.ts'

/**
 * §5.8 of Durable Streams 1.0: batches as `data`, each followed by a `control` that says where the reader stands. Ends when
 * `next` has nothing more to say; the reader comes again from its last offset.
 */
export function sseBody(
  first: Saying,
  next: (after: Saying) => Promise<Saying | null>,
  cursorNow: () => string,
): ReadableStream<Uint8Array> {
  let saying: Saying | null = first
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!saying) return controller.close()
      controller.enqueue(Buffer.from(framesOf(saying, cursorNow())))
      saying = await next(saying).catch(() => null)
    },
  })
}

function framesOf({ events, at, more }: Saying, streamCursor: string): string {
  const data = events.length === 0 ? '' : `event: data\ndata: ${JSON.stringify(events)}\n\n`
  const control = { streamNextOffset: formatOffset(at), streamCursor, ...(more ? {} : { upToDate: true }) }
  return `${data}event: control\ndata: ${JSON.stringify(control)}\n\n`
}
