import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

/** The peer of the socket; behind a proxy that is the proxy. Called in process there is none. */
export function remoteAddress(c: Context): string {
  const bindings = c.env as Partial<HttpBindings> | undefined
  return bindings?.incoming?.socket.remoteAddress ?? 'in-process'
}
