import type { ServerProcess } from './server-process.ts'
import { PASSWORD } from './browser.ts'

/** What the server itself counts: the only place where "one poller a session" is a fact. */
export interface WaiterMetrics {
  total: number
  sessions: number
  pollersPerSession: Record<'1' | '2' | '3+', number>
}

/** Reads the realtime metrics as an owner who polls nothing. */
export async function createObserver(server: ServerProcess, email: string): Promise<{ waiters(): Promise<WaiterMetrics> }> {
  const login = await fetch(`${server.url}/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Rt-Client': '1' },
    body: JSON.stringify({ email, password: PASSWORD }),
  })
  if (!login.ok) throw new Error(`The observer could not sign in: ${login.status}`)
  const { accessToken } = (await login.json()) as { accessToken: string }
  return {
    async waiters() {
      const reply = await fetch(`${server.url}/finance/realtime/metrics`, {
        headers: { Authorization: `Bearer ${accessToken}` },
      })
      return ((await reply.json()) as { waiters: WaiterMetrics }).waiters
    },
  }
}
