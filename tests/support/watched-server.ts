import { createRequestWatch, type RequestWatch } from './request-watch.ts'
import { startServer, type ServerProcess } from './server-process.ts'

/** The built server, which tells when each request came in and was over. */
export interface WatchedServer extends RequestWatch {
  process: ServerProcess
  url: string
}

/** @param main another build of the server than the one in `dist` */
export async function startWatchedServer(
  main?: string,
  variables: Record<string, string> = {},
): Promise<WatchedServer> {
  const process = await startServer({ SAY_REQUESTS: '1', ...variables }, main)
  return { process, url: process.url, ...createRequestWatch(process.lines) }
}
