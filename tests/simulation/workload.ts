import type { RuntimeStatus } from '../../worker/wire/port.ts'
import type { Checkers } from './checkers.ts'
import { ACTIONS, type Action, type Draw } from './faults.ts'
import type { createColleague, Deployed, Person } from './people.ts'
import { NO_FAULTS } from './network.ts'
import type { Profile } from './profile.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { PageState, SimPage } from './sim-page.ts'
import type { SimServer } from './sim-server.ts'
import { stealSession } from './thief.ts'
import type { Trace } from './trace.ts'
import type { VirtualTime } from './virtual-time.ts'

const PAGES_MAX = 5
/** Between two rows that are pasted. */
const PASTE_MS = 300
/** Until a thief comes again. */
const COMES_AGAIN_MS = 60_000
/** Longer than anybody may go unnoticed. */
const THEFTS_MAX = 25

/** What people, their machines and the operator do, one thing at a time, as the seed says. */
export interface Workload {
  step(): void
  isCalm(): boolean
  /** Nothing fails from now on: the network and the server work, and everybody looks at a page. */
  heal(): void
  /** What was drawn fails again. */
  resume(): void
  /** Whoever looks at a page that is signed out signs in. */
  signIn(): void
  /** Every page is closed. */
  leave(): void
}

export function createWorkload(deps: {
  time: VirtualTime
  random: SeededRandom
  draw: Draw
  people: readonly Person[]
  colleagues: readonly ReturnType<typeof createColleague>[]
  server: SimServer
  deployed: Deployed
  trace: Trace
  checkers: Checkers
}): Workload {
  const { time, random, draw, people, colleagues, server, deployed, trace, checkers } = deps
  const emails = new Map(draw.people.map(({ name, email }) => [name, email]))
  let calm = false
  /** Machines that sleep, and what wakes them. */
  const asleep = new Map<Person, () => void>()
  /** Pages whose own script keeps them busy. */
  const busy = new Map<SimPage, () => void>()

  function later(ms: number, fn: () => void): void {
    time.after(ms, () => void (calm || fn()))
  }

  function pageIn(person: Person, ...states: PageState[]): SimPage | null {
    const found = person.pages().filter((page) => states.includes(page.state()))
    return found.length > 0 ? random.pick(found) : null
  }

  function workerOf({ profile }: Person): ReturnType<Profile['sharedWorkers']>[number] | null {
    const found = profile.sharedWorkers().filter(({ context }) => !context.isDead())
    return found.length > 0 ? random.pick(found) : null
  }

  function setServer(up: boolean): void {
    if (up && !server.isUp()) void server.start()
    if (!up && server.isUp()) server.crash()
  }

  /** A page that comes to life is the one that is looked at. */
  function lookAt(person: Person, page: SimPage, wake: () => void): void {
    for (const other of person.pages()) if (other !== page && other.state() === 'shown') other.hide()
    wake()
  }

  const acts: Record<Action, (person: Person) => string | null> = {
    open(person) {
      if (person.pages().length >= PAGES_MAX) return null
      return person.open().id
    },
    close(person) {
      const page = pageIn(person, 'shown', 'hidden', 'cached')
      page?.close()
      return page?.id ?? null
    },
    crash(person) {
      const page = pageIn(person, 'shown', 'hidden')
      if (page) person.profile.crash(page)
      return page?.id ?? null
    },
    reload(person) {
      const page = pageIn(person, 'shown')
      page?.close()
      return page && `${page.id} is ${person.open().id}`
    },
    away(person) {
      const page = pageIn(person, 'shown', 'hidden')
      page?.cache()
      return page?.id ?? null
    },
    back(person) {
      const page = pageIn(person, 'cached')
      if (page) lookAt(person, page, page.restore)
      return page?.id ?? null
    },
    look(person) {
      const page = pageIn(person, 'hidden')
      if (page) lookAt(person, page, page.show)
      return page?.id ?? null
    },
    hide(person) {
      const page = pageIn(person, 'shown')
      page?.hide()
      return page?.id ?? null
    },
    freeze(person) {
      const page = pageIn(person, 'hidden')
      page?.freeze()
      return page?.id ?? null
    },
    thaw(person) {
      const page = pageIn(person, 'frozen')
      if (page) lookAt(person, page, page.thaw)
      return page?.id ?? null
    },
    suspend(person) {
      const page = person.profile.quirks.suspendsSilently ? pageIn(person, 'hidden') : null
      page?.suspend()
      return page?.id ?? null
    },
    resume(person) {
      const page = pageIn(person, 'suspended')
      if (page) lookAt(person, page, page.resume)
      return page?.id ?? null
    },
    hang(person) {
      const worker = workerOf(person)
      worker?.context.sleep()
      return worker?.context.name ?? null
    },
    'hang a moment'(person) {
      const context = random.chance(0.5)
        ? workerOf(person)?.context
        : random.pick([undefined, ...person.profile.runtimes()])?.context
      if (!context || context.isAsleep()) return null
      const forMs = random.int(100, 20_000)
      context.sleep()
      time.after(forMs, () => context.wake())
      return `${context.name} for ${forMs} ms`
    },
    'busy page'(person) {
      const page = pageIn(person, 'shown', 'hidden')
      if (!page || page.context.isAsleep()) return null
      const forMs = random.int(1000, 60_000)
      page.context.sleep()
      const wake = () => {
        if (!busy.delete(page)) return
        // Put to sleep by something else meanwhile.
        if (page.state() === 'shown' || page.state() === 'hidden') page.context.wake()
      }
      busy.set(page, wake)
      time.after(forMs, wake)
      return `${page.id} for ${forMs} ms`
    },
    'kill worker'(person) {
      const worker = workerOf(person)
      if (worker) person.profile.kill(worker)
      return worker?.context.name ?? null
    },
    'restart worker'(person) {
      const worker = person.profile.quirks.silentRestart ? workerOf(person) : null
      worker?.restart()
      return worker?.context.name ?? null
    },
    'lose a grant'(person) {
      const lead = [...person.profile.held().keys()].find((name) => name.endsWith(':lead'))
      if (!person.profile.quirks.cacheKeepsLocks || lead === undefined) return null
      person.profile.loseNextGrant(lead)
      return lead
    },
    offline(person) {
      const forMs = random.int(1000, 60_000)
      person.network.setOnline(false)
      later(forMs, () => person.network.setOnline(true))
      return `for ${forMs} ms`
    },
    'server down'() {
      const forMs = random.int(500, 20_000)
      setServer(false)
      later(forMs, () => setServer(true))
      return `for ${forMs} ms`
    },
    restart() {
      if (!server.isUp()) return null
      const withinMs = random.pick([0, 2000, 25_000])
      const awayMs = random.int(500, 5000)
      void server.restart(withinMs, awayMs)
      return `within ${withinMs} ms, away for ${awayMs} ms`
    },
    deploy() {
      deployed.deploy += 1
      deployed.build = `b${deployed.deploy}`
      return deployed.build
    },
    rollback() {
      deployed.deploy += 1
      deployed.build = `b${Math.max(1, deployed.deploy - 2)}`
      return `${deployed.build} as deploy ${deployed.deploy}`
    },
    sleep(person) {
      const forMs = random.int(60_000, 600_000)
      const contexts = [
        ...person.pages().map(({ context }) => context),
        ...person.profile.runtimes().map((each) => each.context),
      ]
      const awake = contexts.filter((context) => !context.isAsleep())
      for (const context of awake) context.sleep()
      const wake = () => {
        if (asleep.get(person) !== wake) return
        asleep.delete(person)
        for (const context of awake) context.wake()
      }
      asleep.set(person, wake)
      time.after(forMs, wake)
      return `${person.name} for ${forMs} ms`
    },
    skew(person) {
      // A generation that the clock gave and the clock took back is let in by the server a minute and a half later.
      if (person.profile.quirks.storeRefuses) return null
      const byMs = random.int(-7_200_000, 7_200_000)
      person.profile.wall.skewMs = byMs
      return `${person.name} by ${byMs} ms`
    },
    enter(person) {
      const page = pageIn(person, 'shown')
      if (page) void person.desk.enter(page)
      return page?.id ?? null
    },
    'colleague enters'() {
      void random.pick(colleagues).enter()
      return 'a row'
    },
    'colleague pastes'() {
      const colleague = random.pick(colleagues)
      const rows = random.int(5, 30)
      for (let row = 0; row < rows; row += 1) time.after(row * PASTE_MS, () => void colleague.enter())
      return `${rows} rows`
    },
    sync(person) {
      const context = person.profile.sync()
      const forMs = random.int(100, 60_000)
      time.after(forMs, () => context.die())
      return `${context.name} for ${forMs} ms`
    },
    'sign out'(person) {
      void person.signOut()
      later(random.int(1000, 20_000), () => void person.signIn(emails.get(person.name) ?? ''))
      // Now and then somebody else sits down.
      if (random.chance(0.3)) emails.set(person.name, random.pick(['owner@acme.test', 'owner@globex.test']))
      return person.name
    },
    'revoked elsewhere'(person) {
      const sh = shOf(person)
      const colleague = colleagues.find(({ email }) => email === emails.get(person.name))
      if (sh === undefined || !colleague) return null
      checkers.mayEnd(sh)
      void colleague.revoke(sh)
      signInLater(person)
      return sh
    },
    thief(person) {
      const sh = shOf(person)
      const cookie = person.network.cookie()
      if (sh === undefined || cookie === null) return null
      void stealOnAndOn(cookie, sh)
      checkers.mayEnd(sh)
      signInLater(person)
      return sh
    },
  }

  function shOf(person: Person): string | undefined {
    return pageIn(person, 'shown', 'hidden')?.runtime.session()?.sh
  }

  function signInLater(person: Person): void {
    later(random.int(1000, 20_000), () => {
      const looked = pageIn(person, 'shown')
      if (asksToSignIn(looked?.runtime.status())) void person.signIn(emails.get(person.name) ?? '')
    })
  }

  /**
   * Goes on until it is refused. Found is who goes on: one who twice came within half a minute of the owner's own refresh, and
   * then never again, has what the owner has, and no server can tell them apart.
   */
  async function stealOnAndOn(first: string, sh: string): Promise<void> {
    let cookie: string | null = first
    for (let times = 0; cookie !== null && times < THEFTS_MAX; times += 1) {
      if (times === 2) checkers.stolen(sh)
      cookie = await stealSession(server, cookie, sh)
      await new Promise<void>((resolve) => void time.after(COMES_AGAIN_MS, resolve))
    }
  }

  function drawAction(): Action {
    const total = ACTIONS.reduce((sum, action) => sum + draw.weights[action], 0)
    let left = random.fraction() * total
    return ACTIONS.find((action) => (left -= draw.weights[action]) < 0) ?? 'open'
  }

  return {
    isCalm: () => calm,
    step() {
      const person = random.pick(people)
      const action = drawAction()
      // A machine that sleeps is touched by nobody.
      const done = asleep.has(person) && action !== 'colleague enters' ? null : acts[action](person)
      if (done !== null) trace(`${action}: ${done}`)
    },
    heal() {
      calm = true
      setServer(true)
      for (const wake of [...asleep.values(), ...busy.values()]) wake()
      for (const person of people) {
        person.network.setOnline(true)
        person.setFaults(NO_FAULTS, 0, 0)
        if (pageIn(person, 'shown')) continue
        const page = pageIn(person, 'hidden')
        if (page) lookAt(person, page, page.show)
        else person.open()
      }
      trace('nothing fails from now on')
    },
    signIn() {
      for (const person of people) {
        const { runtime } = pageIn(person, 'shown') ?? {}
        if (runtime?.session() !== null && !asksToSignIn(runtime?.status())) continue
        void person.signIn(emails.get(person.name) ?? '')
      }
    },
    leave() {
      for (const person of people) for (const page of person.pages()) page.close()
      trace('everybody leaves')
    },
    resume() {
      calm = false
      for (const person of people) person.setFaults(draw.network, draw.channelsLost, draw.channelsTwice)
      trace('things fail again')
    },
  }
}

/** As the banner does: the session is over, or a login whose answer was lost has replaced its cookie. */
function asksToSignIn(status: RuntimeStatus | undefined): boolean {
  return status?.phase === 'expired' || status?.reason === 'session_mismatch'
}
