import { cookieOf, TEST_ORIGIN } from '../support/server.ts'
import type { SimServer } from './sim-server.ts'

/** Refreshes a session by a copy of its cookie and uses what comes. The next cookie, or null when that did not go through. */
export async function stealSession(server: SimServer, cookie: string, sh: string): Promise<string | null> {
  const signal = new AbortController().signal
  const headers = { 'Content-Type': 'application/json', 'Rt-Client': '1', Origin: TEST_ORIGIN }
  const refresh = { method: 'POST', path: '/auth/refresh', headers, body: JSON.stringify({ sh }) }
  const refreshed = await server.request({ ...refresh, cookie, signal })?.catch(() => null)
  if (refreshed?.status !== 200) return null
  const { accessToken } = (await refreshed.json()) as { accessToken: string }
  const use = { method: 'GET', path: '/auth/me', headers: { Authorization: `Bearer ${accessToken}` } }
  const used = await server.request({ ...use, cookie: null, signal })?.catch(() => null)
  return used?.status === 200 ? cookieOf(refreshed) : null
}
