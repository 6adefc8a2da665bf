import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { systemClock } from '../../server/node-deps.ts'
import { createAccessTokens } from '../../server/session/access-tokens.ts'
import { createKeyring } from '../../server/session/keys.ts'
import { createClient } from './http-client.ts'
import { LIVE_SECRET, startLiveServer } from './live-server.ts'

export interface AbortStory {
  cycles: number
  /** Polls that were held at once, at most. */
  heldMax: number
  /** Held a moment after the last client has gone. */
  left: number
  sessionsLeft: number
  /** Of the whole process, after a collection: when it is warm, and at the end. */
  heapWarmKib: number
  heapEndKib: number
}

/** Clients at once. */
const WIDTH = 50
/** A session has one poll: with more of them than clients none ends another's. */
const SESSIONS = 200
/** Some go before their poll is read, some while it is looked up, most while it is held. */
const STAY_MAX_MS = 12
const GONE_WITHIN_MS = 5000
const QUIET_MS = 300

/** Clients that connect, poll and go away without a word, one way and another; each at a moment of its own. */
export async function abortStorm({
  cycles,
  fraction,
}: {
  cycles: number
  fraction: () => number
}): Promise<AbortStory> {
  const server = await startLiveServer()
  try {
    const url = new URL(server.url)
    const tokens = await signTokens()
    const observer = await createClient(server.url, 'owner@acme.test')

    async function waiters(): Promise<{ total: number; sessions: number }> {
      const reply = await observer.get('/finance/realtime/metrics')
      return ((await reply.json()) as { waiters: { total: number; sessions: number } }).waiters
    }

    async function cycle(n: number): Promise<void> {
      const socket = connect({ port: Number(url.port), host: url.hostname })
      socket.on('error', () => {})
      await once(socket, 'connect')
      const token = tokens[n % tokens.length]
      const poll = `GET /realtime/subscribe?p=poller-${String(n % WIDTH).padStart(4, '0')} HTTP/1.1`
      socket.write(`${poll}\r\nHost: ${url.host}\r\nAuthorization: Bearer ${token}\r\n\r\n`)
      socket.resume()
      await pause(fraction() * STAY_MAX_MS)
      if (n % 2 === 0) socket.destroy()
      else socket.resetAndDestroy()
    }

    let heldMax = 0
    async function run(times: number): Promise<void> {
      let begun = 0
      const lanes = Array.from({ length: WIDTH }, async () => {
        while (begun < times) await cycle((begun += 1))
      })
      const watching = setInterval(
        () => void waiters().then(({ total }) => (heldMax = Math.max(heldMax, total))),
        25,
      )
      await Promise.all(lanes)
      clearInterval(watching)
    }

    // What a process needs once, whoever comes, it has after these.
    await run(Math.ceil(cycles / 2))
    const heapWarmKib = heapKib()
    await run(cycles)
    const endsAt = systemClock.monotonicMs() + GONE_WITHIN_MS
    // Of one that has gone the request may still be read: for a moment it is held, and it is not when nothing comes any more.
    for (let quietSince = Infinity; systemClock.monotonicMs() < endsAt;) {
      const now = systemClock.monotonicMs()
      quietSince = (await waiters()).total > 0 ? Infinity : Math.min(quietSince, now)
      if (now - quietSince > QUIET_MS) break
      await pause(20)
    }
    const { total: left, sessions: sessionsLeft } = await waiters()
    return { cycles, heldMax, left, sessionsLeft, heapWarmKib, heapEndKib: heapKib() }
  } finally {
    await server.close()
  }
}

function signTokens(): Promise<string[]> {
  const { sign } = createAccessTokens({ keyring: createKeyring(LIVE_SECRET), clock: systemClock })
  const exp = Math.floor(Date.now() / 1000) + 3600
  const claims = { sub: 'u', org: 'acme', role: 'staff' as const, props: ['acme-p1'], ctr: 1, exp }
  return Promise.all(Array.from({ length: SESSIONS }, (_, n) => sign({ ...claims, sid: `s${n}` })))
}

/** Twice: what is finalised by the first is gone after the second. */
function heapKib(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  return Math.round(process.memoryUsage().heapUsed / 1024)
}
