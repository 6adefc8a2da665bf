import { Violation } from './checkers.ts'
import type { Person } from './people.ts'
import type { SimServer } from './sim-server.ts'
import type { VirtualTime } from './virtual-time.ts'

/** With everything well and somebody looking, a session is without a poll for no longer, and some ways there and back. */
const QUIET_MAX_MS = 13_000
const WAYS = 4
/** For so long everything has to have been well: a backoff from before may last as long. */
const WELL_FOR_MS = 90_000

/** Looks, again and again, whether a session that could be polled for is. */
export function createQuietCheck(deps: {
  time: VirtualTime
  server: SimServer
  people: readonly Person[]
  wayMaxMs: number
}) {
  const { time, server, people } = deps
  const quietMaxMs = QUIET_MAX_MS + WAYS * deps.wayMaxMs
  /** When each person's circumstances were last against them, and when their session last had a poll. */
  const against = new Map<Person, number>()
  const polled = new Map<Person, number>()
  const sids = new Map<string, string | null>()

  async function sidOf(sh: string): Promise<string | null> {
    const known = sids.get(sh)
    if (known !== undefined) return known
    const sid = await server.sidOfHandle(sh)
    sids.set(sh, sid)
    return sid
  }

  return async (networkIsWell: boolean): Promise<void> => {
    const now = time.now()
    for (const person of people) {
      const looked = person.pages().find((page) => page.state() === 'shown' && !page.context.isAsleep())
      const session = looked?.runtime.session()
      const hangs = person.profile
        .runtimes()
        .some(({ context }) => context.isAsleep() || now - context.wokeAt() < QUIET_MAX_MS)
      const isUp = server.isUp() && !server.isLeaving()
      const isWell = networkIsWell && isUp && person.network.isOnline() && !hangs
      const sid = session ? await sidOf(session.sh) : null
      const status = looked?.runtime.status()
      const isOver = status?.phase === 'expired' || status?.reason === 'session_mismatch'
      if (!isWell || isOver || sid === null) against.set(person, now)
      if (server.polls().has(sid ?? '')) polled.set(person, now)
      if (now - (against.get(person) ?? now) < WELL_FOR_MS) continue
      const quietMs = now - (polled.get(person) ?? now)
      if (quietMs > quietMaxMs)
        throw new Violation(`${person.name} has had no poll for ${quietMs} ms, and nothing fails`)
    }
  }
}
