import { CALL_DEADLINE_MS } from '../../worker/wire/port.ts'
import type { EventEnvelope } from '../../worker/wire/event.ts'
import type { Context } from './context.ts'
import type { Exchange } from './network.ts'
import type { Person } from './people.ts'
import type { PageState, SimPage } from './sim-page.ts'
import { sidOf, type SimServer } from './sim-server.ts'
import type { VirtualTime } from './virtual-time.ts'

/** After a logout was answered, nothing more may leave in its name but what was on its way. */
const SILENT_AFTER_MS = 500
/** Two runtimes that both believe they lead: for as long as a steal, a fence and the way there and back may take. */
const TWO_POLLERS_MAX_MS = 6000
/** A call made while its page was hidden ends by timers that ran once a minute then. */
const CALL_LATE_MS = 61_000
/** Two lives of a token: by then its owner has refreshed as well, if anybody did. */
const THIEF_FOUND_WITHIN_MS = 1_200_000
const STEALS_PER_HOUR_MAX = 30

export class Violation extends Error {
  override name = 'Violation'
}

/** What must hold at every moment, whatever fails. */
export interface Checkers {
  exchanged(exchange: Exchange): void
  delivered(page: SimPage, events: readonly EventEnvelope[]): void
  called<T>(page: SimPage, call: Promise<T>): Promise<T>
  warned(message: string): void
  /** The page was told that its session is over. `isKept`: the browser can write it down. */
  signedOut(sh: string, isKept: boolean): Promise<void>
  /** There is a reason for this session to end without its owner's doing. */
  mayEnd(sh: string | undefined): void
  /** A person of this browser signs out: its pages are to be signed out, and none is to be called expired. */
  signingOut(sh: string): void
  expired(page: SimPage, reason: string): void
  /** Once all is well: a logout the server does not know of, a thief nobody noticed. */
  whatIsUntold(): Promise<string | null>
  /** Somebody else uses this session by a copy of its cookie. */
  stolen(sh: string): void
  /** Looks at the world as it is; asked again and again. */
  look(): void
}

export function createCheckers(deps: { time: VirtualTime; server: SimServer; begun: number }): Checkers {
  const { time, server } = deps
  const seen = new WeakMap<SimPage, Set<string>>()
  const polls = new Map<string, Set<Exchange>>()
  const twoSince = new Map<string, number>()
  const over = new Map<string, number>()
  const overHandles = new Map<string, number>()
  const keptHandles = new Set<string>()
  const mayEnd = new Set<string>()
  const leaving = new Set<string>()
  const stolen = new Map<string, number>()
  const calls = new Set<{ page: SimPage; at: number }>()
  let steals = 0

  function fail(what: string): never {
    throw new Violation(what)
  }

  function mayStillSpeak(context: Context): boolean {
    return context.isAsleep() || time.now() - context.wokeAt() < SILENT_AFTER_MS
  }

  return {
    exchanged(exchange) {
      const { path, headers } = exchange.request
      const { Authorization: authorization } = headers
      if (path === '/auth/refresh') {
        const { sh } = JSON.parse(exchange.request.body ?? '{}') as { sh?: string }
        const endedAt = overHandles.get(sh ?? '') ?? Infinity
        if (time.now() - endedAt > SILENT_AFTER_MS && !mayStillSpeak(exchange.context))
          fail(`${exchange.context.name} refreshes a session that ended ${time.now() - endedAt} ms ago`)
      }
      if (path.startsWith('/auth/')) return
      if (authorization === undefined || !/^Bearer \S+$/.test(authorization))
        fail(`${exchange.context.name} sent ${path} with the Authorization "${authorization}"`)
      const sid = sidOf(authorization)
      const endedAt = over.get(sid)
      if (endedAt !== undefined && time.now() - endedAt > SILENT_AFTER_MS && !mayStillSpeak(exchange.context))
        fail(
          `${exchange.context.name} sent ${path} in the name of a session that ended ${time.now() - endedAt} ms ago`,
        )
      if (!path.startsWith('/realtime/subscribe')) return
      const open = polls.get(sid) ?? new Set()
      polls.set(sid, open)
      for (const other of open) if (!other.open) open.delete(other)
      for (const other of open)
        if (other.context === exchange.context) fail(`${exchange.context.name} has two polls under way`)
      open.add(exchange)
    },
    delivered(page, events) {
      const ids = seen.get(page) ?? new Set()
      seen.set(page, ids)
      for (const { eventId, orgId } of events) {
        if (ids.has(eventId)) fail(`${page.id} was told ${eventId} twice`)
        ids.add(eventId)
        const org = page.runtime.session()?.org.id
        if (org !== undefined && org !== orgId) fail(`${page.id} of ${org} was told an event of ${orgId}`)
      }
    },
    async called(page, call) {
      const entry = { page, at: time.now() }
      calls.add(entry)
      try {
        return await call
      } finally {
        calls.delete(entry)
      }
    },
    warned(message) {
      if (message.endsWith('hung')) steals += 1
      if (message.startsWith('The runtime fell out')) fail(message)
    },
    mayEnd: (sh) => void (sh !== undefined && mayEnd.add(sh)),
    signingOut: (sh) => void leaving.add(sh),
    expired(page, reason) {
      const sh = page.runtime.session()?.sh
      if (sh !== undefined && leaving.has(sh) && !mayStillSpeak(page.context))
        fail(`${page.id} was told that session ${sh} is over (${reason}), and not that it was signed out`)
      if (sh !== undefined && !mayEnd.has(sh) && !overHandles.has(sh))
        fail(`${page.id} was told that session ${sh} is over (${reason}), for no reason`)
    },
    stolen(sh) {
      mayEnd.add(sh)
      stolen.set(sh, time.now())
    },
    async whatIsUntold() {
      for (const sh of keptHandles)
        if (!(await server.isOver(sh))) return `the server does not know that session ${sh} was signed out`
      for (const [sh, at] of stolen) {
        if (await server.isOver(sh)) stolen.delete(sh)
        else if (time.now() - at > THIEF_FOUND_WITHIN_MS) return `nobody noticed who stole session ${sh}`
      }
      return null
    },
    async signedOut(sh, isKept) {
      const at = time.now()
      if (isKept) keptHandles.add(sh)
      mayEnd.add(sh)
      overHandles.set(sh, at)
      const sid = await server.sidOfHandle(sh)
      if (sid !== null) over.set(sid, at)
    },
    look() {
      const now = time.now()
      for (const [sid, open] of polls) {
        const leading = [...open].filter(
          (each) => each.open && !each.context.isAsleep() && !each.context.isDead(),
        )
        if (leading.length < 2) twoSince.delete(sid)
        else if (now - (twoSince.get(sid) ?? now) > TWO_POLLERS_MAX_MS)
          fail(`${leading.map(({ context }) => context.name).join(' and ')} both poll`)
        else twoSince.set(sid, twoSince.get(sid) ?? now)
      }
      for (const { page, at } of calls) {
        if (page.state() !== 'shown' || page.context.isAsleep() || page.context.isDead()) continue
        const since = Math.max(at, page.context.wokeAt())
        if (now - since > CALL_DEADLINE_MS + CALL_LATE_MS)
          fail(`a call of ${page.id} has been waiting for ${now - since} ms`)
      }
      const hours = Math.max(1, (now - deps.begun) / 3_600_000)
      if (steals > STEALS_PER_HOUR_MAX * hours)
        fail(`${steals} locks were stolen in ${hours.toFixed(1)} hours`)
    },
  }
}

/** What must hold once nothing fails any more and some time has passed; null when it does. */
export async function whatIsMissing(
  people: readonly Person[],
  server: SimServer,
  states: readonly PageState[],
): Promise<string | null> {
  const expected = new Set<string>()
  const anybodyHangs = people.some(({ profile }) =>
    profile.runtimes().some(({ context }) => context.isAsleep()),
  )
  for (const { name, ...person } of people) {
    // Nobody notices that a worker hangs before somebody looks at one of its pages.
    const hangs = person.profile.runtimes().some(({ context }) => context.isAsleep())
    const awake = person
      .pages()
      .filter((page) => (hangs ? page.state() === 'shown' : states.includes(page.state())))
    const looked = awake.find((page) => page.state() === 'shown')
    if (!looked) continue
    const session = looked.runtime.session()
    if (session === undefined) return `${looked.id} does not know who is signed in`
    for (const page of awake) {
      const { phase, reason } = page.runtime.status()
      const own = page.runtime.session()
      // Nothing can be written down: a runtime of another build has no way to know.
      if (person.profile.quirks.storeRefuses && page.build !== looked.build) continue
      if ((own?.sh ?? null) !== (session?.sh ?? null))
        return `${page.id} is in session ${own?.sh} and ${looked.id} in ${session?.sh}`
      if (!session) return `${page.id} is signed out`
      if (phase !== 'live') return `${page.id} is ${phase} (${reason})`
      if (!page.isFetched()) return `${page.id} has not fetched its rows`
      const rows = await server.rows(session.org.id)
      for (const [id, rev] of rows)
        if (page.rows().get(id) !== rev)
          return `${page.id} has row ${id} at ${page.rows().get(id)}, it is at ${rev}`
      for (const id of page.rows().keys()) if (!rows.has(id)) return `${page.id} has row ${id}, which is gone`
    }
    if (states.includes('hidden')) {
      const kept = await keptForTheDead(person)
      if (kept !== null) return kept
    }
    const sid = session && (await server.sidOfHandle(session.sh))
    if (sid !== null) expected.add(sid)
    if (server.polls().get(sid ?? '') !== 1) return `${name} is signed in and has no poll at the server`
  }
  const surplus = [...server.polls().keys()].filter((sid) => !expected.has(sid))
  if (surplus.length > 0 && !anybodyHangs)
    return `the server holds polls of ${surplus.join(', ')}, where nobody is`
  return null
}

/** A tab that a runtime counts although it has gone. */
async function keptForTheDead({ profile, pages }: Pick<Person, 'profile' | 'pages'>): Promise<string | null> {
  const living = new Set(pages().map(({ id }) => id))
  for (const { context, runtime } of profile.runtimes()) {
    if (context.isAsleep()) continue
    const inspection = await runtime.calls.inspect()
    const gone = inspection.ok && inspection.value.tabs.find(({ tabId }) => !living.has(tabId))
    if (gone) return `${context.name} counts ${gone.tabId}, which has gone`
  }
  return null
}
