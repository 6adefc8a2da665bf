import { createClient } from './http-client.ts'
import type { ServerProcess } from './server-process.ts'

/** What the server itself counts: the only place where "one poller a session" is a fact. */
export interface WaiterMetrics {
  total: number
  sessions: number
  pollersPerSession: Record<'1' | '2' | '3+', number>
}

/** Reads the realtime metrics as an owner who polls nothing. */
export async function createObserver(
  server: ServerProcess,
  email: string,
): Promise<{ waiters(): Promise<WaiterMetrics> }> {
  const client = await createClient(server.url, email)
  return {
    async waiters() {
      const reply = await client.get('/finance/realtime/metrics')
      return ((await reply.json()) as { waiters: WaiterMetrics }).waiters
    },
  }
}
