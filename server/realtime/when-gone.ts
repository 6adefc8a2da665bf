import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

/** On a socket its own close event: a request's AbortSignal costs a controller a poll. Called in process, there is only that. */
export function whenGone(c: Context<{ Bindings: Partial<HttpBindings> }>, fn: () => void): void {
  const outgoing = c.env?.outgoing
  if (outgoing) outgoing.once('close', fn)
  else c.req.raw.signal.addEventListener('abort', fn, { once: true })
}
