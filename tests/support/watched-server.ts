import { createRequestWatch, type RequestWatch } from './request-watch.ts'
import { startServer, type ServerProcess } from './server-process.ts'

/** The built server, which tells when each request came in and was over. */
export interface WatchedServer extends RequestWatch {
  process: ServerProcess
  url: string
}

/** @param main another build of the server than the one in `dist` */
export async function startWatchedServer(main?: string): Promise<WatchedServer> {
  const preload = ['tsx', new URL('say-requests.ts', import.meta.url).href]
  const env = { NODE_OPTIONS: preload.map((module) => `--import=${module}`).join(' ') }
  const process = await startServer(env, main)
  return { process, url: process.url, ...createRequestWatch(process.lines) }
}
