import type { Engine } from './engine.ts'
import { startWatchedServer, type WatchedServer } from './watched-server.ts'

/** A server with a browser in front of it, both new, for as long as `play` takes. */
export async function onStage<E extends Engine, T>(
  launch: () => Promise<E>,
  play: (engine: E, server: WatchedServer) => Promise<T>,
  start: () => Promise<WatchedServer> = startWatchedServer,
): Promise<T> {
  const server = await start()
  try {
    const engine = await launch()
    try {
      return await play(engine, server)
    } finally {
      await engine.close()
    }
  } finally {
    await server.process.dispose()
  }
}
