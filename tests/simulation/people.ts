import type { CreateTransaction } from '../../worker/wire/finance.ts'
import type { LoginAnswer } from '../../worker/wire/session.ts'
import { DEMO_PASSWORD } from '../support/server.ts'
import { createDesk, type Desk } from './desk.ts'
import { createContext, type Context } from './context.ts'
import { createNetwork, type Exchange, type Network, type NetworkFaults } from './network.ts'
import { createProfile, type Profile } from './profile.ts'
import type { Quirks } from './browser.ts'
import type { SeededRandom } from './seeded-random.ts'
import { createSimPage, type SimPage } from './sim-page.ts'
import type { SimServer } from './sim-server.ts'
import type { VirtualTime } from './virtual-time.ts'
import type { Trace } from './trace.ts'
import type { Checkers } from './checkers.ts'

export interface Deployed {
  build: string
  deploy: number
}

/** Somebody at a browser: their pages, and what their hands do. */
export interface Person {
  readonly name: string
  readonly profile: Profile
  readonly network: Network
  pages(): SimPage[]
  open(): SimPage
  drop(page: SimPage): void
  /** Signs in by a page that is looked at. */
  signIn(email: string): Promise<void>
  signOut(): Promise<void>
  /** What is written here. */
  readonly desk: Desk
  setFaults(faults: NetworkFaults, channelsLost: number, channelsTwice: number): void
}

export function createPerson(deps: {
  name: string
  time: VirtualTime
  random: SeededRandom
  server: SimServer
  quirks: Quirks
  flag: string
  deployed: () => Deployed
  trace: Trace
  checkers: Checkers
}): Person {
  const { name, time, random, trace, checkers, quirks } = deps
  const onExchange = (exchange: Exchange) => checkers.exchanged(exchange)
  const network = createNetwork({ ...deps, random: random.fork('network'), onExchange })
  const warn = (context: Context, message: string) => {
    trace(`${context.name} warns: ${message}`)
    checkers.warned(message)
  }
  const wall = { skewMs: 0 }
  const profile = createProfile({ ...deps, wall, random: random.fork('profile'), network, warn })
  const pages = new Set<SimPage>()
  /** Of all sessions this browser has had. */
  const handles = new Set<string>()
  let opened = 0
  /** One person types one password at a time. */
  let signingIn: SimPage | null = null

  const person: Person = {
    name,
    profile,
    network,
    desk: createDesk({ ...deps, profile, random: random.fork('desk') }),
    pages: () => [...pages],
    open() {
      const id = `${name}-p${(opened += 1)}`
      const context = createContext(time, `page ${id}`, wall)
      const { build, deploy } = deps.deployed()
      const page = createSimPage({
        id,
        profile,
        context,
        random: random.fork(id),
        build,
        deploy,
        trace,
        onExpired: (self, reason) => checkers.expired(self, reason),
        onEvents: (self, events) => checkers.delivered(self, events),
      })
      pages.add(page)
      page.runtime.subscribe(() => {
        const sh = page.runtime.session()?.sh
        if (sh !== undefined) handles.add(sh)
      })
      context.onDeath(() => {
        pages.delete(page)
        profile.left(page)
      })
      for (const other of pages) if (other !== page && other.state() === 'shown') other.hide()
      return page
    },
    drop: (page) => void pages.delete(page),
    async signIn(email) {
      const page = person.pages().find((each) => each.state() === 'shown')
      if (!page || signingIn?.context.isDead() === false) return
      signingIn = page
      // What the browser has is replaced, also when the answer is lost.
      for (const sh of handles) checkers.mayEnd(sh)
      const answer = await checkers.called(page, page.runtime.calls.login({ email, password: DEMO_PASSWORD }))
      signingIn = null
      trace(`${name} signs in as ${email}: ${answer.ok ? 'ok' : answer.code}`)
    },
    async signOut() {
      const page = person.pages().find((each) => each.state() === 'shown' && each.runtime.session())
      const sh = page?.runtime.session()?.sh
      if (!page || sh === undefined) return
      checkers.signingOut(sh)
      const answer = await checkers.called(page, page.runtime.calls.logout('this'))
      trace(`${name} signs out: ${answer.ok ? 'ok' : answer.code}`)
      if (answer.ok) await checkers.signedOut(sh, !quirks.storeRefuses)
    },
    setFaults(faults, lost, twice) {
      network.setFaults(faults)
      profile.setChannelFaults(lost, twice)
    },
  }
  return person
}

function entry(propertyId: string, random: SeededRandom): CreateTransaction {
  const amountMinor = random.int(1, 100_000)
  const description = `Entry ${random.id(6)}`
  return { propertyId, type: 'expense', amountMinor, currency: 'EUR', description, occurredOn: '2026-01-15' }
}

/** A colleague with a browser of their own that never fails: what they enter has to reach everybody. */
export function createColleague(time: VirtualTime, server: SimServer, random: SeededRandom, email: string) {
  async function send(
    path: string,
    headers: Record<string, string>,
    json: unknown,
  ): Promise<Response | null> {
    const request = {
      method: 'POST',
      path,
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(json),
      cookie: null,
      signal: new AbortController().signal,
    }
    return (await server.request(request)?.catch(() => null)) ?? null
  }

  let signedIn: { answer: LoginAnswer; until: number } | null = null

  async function session(): Promise<LoginAnswer | null> {
    if (signedIn && signedIn.until > time.now()) return signedIn.answer
    const login = await send('/auth/login', { 'Rt-Client': '1' }, { email, password: DEMO_PASSWORD })
    if (login?.status !== 200) return null
    const answer = (await login.json()) as LoginAnswer
    signedIn = { answer, until: time.now() + (answer.expiresIn * 1000) / 2 }
    return answer
  }

  return {
    async enter(): Promise<boolean> {
      const own = await session()
      if (!own) return false
      const headers = {
        Authorization: `Bearer ${own.accessToken}`,
        'Idempotency-Key': random.uuid(),
        'Rt-Actor': own.user.id,
      }
      const reply = await send(
        '/api/finance/transactions',
        headers,
        entry(own.properties[0]?.id ?? '', random),
      )
      return reply?.status === 201
    },
    email,
    /** Signs somebody of the same account out, from a device of one's own. */
    async revoke(sh: string): Promise<boolean> {
      const own = await session()
      if (!own) return false
      const headers = { Authorization: `Bearer ${own.accessToken}` }
      const request = { method: 'DELETE', path: `/auth/sessions/${sh}`, headers, cookie: null }
      const reply = await server
        .request({ ...request, signal: new AbortController().signal })
        ?.catch(() => null)
      return reply?.status === 204
    },
  }
}
