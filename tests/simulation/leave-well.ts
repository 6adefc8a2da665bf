import type { Server } from '../../server/compose.ts'
import { writeSnapshot } from '../../server/realtime/feed-snapshot.ts'
import type { VirtualTime } from './virtual-time.ts'

const LOOK_MS = 50
/** As long as the sockets may take once no poll is held. */
const SOCKETS_MS = 10_000

/**
 * The steps of SIGTERM in their order, without a socket or a file. What the process leaves, as it would stand on the disk;
 * null when it died before.
 */
export async function leaveWell(deps: {
  server: Server
  time: VirtualTime
  withinMs: number
  awayMs: number
  isAlive: () => boolean
  /** Nobody is let in any more. */
  closeDoor: () => void
  /** Requests that are being answered. */
  open: () => number
  cutAll: () => void
}): Promise<Buffer | null> {
  const { server, time, withinMs, awayMs, isAlive, open } = deps
  server.broker.stopAging()
  await server.realtime.drain({ withinMs, awayMs })
  if (!isAlive()) return null
  deps.closeDoor()
  for (let waitedMs = 0; open() > 0 && waitedMs < SOCKETS_MS; waitedMs += LOOK_MS)
    await new Promise<void>((resolve) => void time.after(LOOK_MS, resolve))
  deps.cutAll()
  await server.session.settled()
  server.ops.close()
  await server.publisher.close()
  server.realtime.close()
  const left = Buffer.from([...writeSnapshot(server.broker.leave(), time.now())].join(''))
  await server.broker.close()
  return left
}
