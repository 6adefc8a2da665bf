import { createClient } from './http-client.ts'

/** Ends every session of a user from another of their devices, one by one, as the list of devices does. */
export async function endFromElsewhere(url: string, email: string): Promise<void> {
  const { login, get } = await createClient(url, email)
  const headers = { Authorization: `Bearer ${login.accessToken}` }
  const reply = await get('/auth/sessions')
  const { sessions } = (await reply.json()) as { sessions: { sh: string; current: boolean }[] }
  for (const { sh, current } of sessions) {
    if (current) continue
    const ended = await fetch(`${url}/auth/sessions/${sh}`, { method: 'DELETE', headers })
    if (ended.status !== 204) throw new Error(`The session could not be ended: ${ended.status}`)
  }
}
