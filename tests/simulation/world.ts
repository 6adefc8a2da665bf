import { setMaxListeners } from 'node:events'
import { createCheckers, Violation, whatIsMissing } from './checkers.ts'
import { signInStep } from './crypto-in-step.ts'
import { drawFaults } from './faults.ts'
import { createColleague, createPerson, type Deployed } from './people.ts'
import { createQuietCheck } from './quiet.ts'
import { createSeededRandom } from './seeded-random.ts'
import type { PageState } from './sim-page.ts'
import { createSimServer } from './sim-server.ts'
import { createTraceLog } from './trace.ts'
import { createVirtualTime } from './virtual-time.ts'
import { createWorkload } from './workload.ts'

/** Of each round so much fails, */
const STORM_MS = 480_000
/** and within so much everything has to be as it should. */
const HEALED_WITHIN_MS = 120_000
/** What hung last is noticed: by a page that is looked at, or by a follower that misses beats. */
const NOTICED_WITHIN_MS = 30_000
/** also out of sight, where timers run once a minute and three hosts may have to be tried. */
const HIDDEN_HEALED_WITHIN_MS = 240_000
/** What was entered after that is in every row of pages within: the longest way there and back, and a pause of a poll. */
const HEARD_WITHIN_MS = 10_000
/** Where only leases tell who is alive, a hidden page looks once a minute whether its runtime is. */
const HEARD_WITHIN_LEASES_MS = 150_000
const LOOK_MS = 1000
// The signal of a session is listened to by everything that is under way in its name: five tabs and a drain are more than ten.
setMaxListeners(100)
/** Between two tries of somebody who wants to be signed in. */
const SIGN_IN_MS = 3000

export interface Outcome {
  seed: number
  /** Null when everything held. */
  violation: string | null
  digest: string
  drawn: string
  tail: string[]
  timers: number
  virtualMs: number
}

/** One world from its seed: storms in which nothing may go wrong that must not, and calms in which everything comes right. */
export async function runWorld(options: {
  seed: number
  hours: number
  print?: (line: string) => void
}): Promise<Outcome> {
  signInStep()
  // Every abort makes an error, and every error a stack that nobody reads: a quarter of the time of a run.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  const { seed, hours, print } = options
  const random = createSeededRandom(String(seed))
  const time = createVirtualTime()
  const log = createTraceLog(time, print)
  const { trace } = log
  const draw = drawFaults(random.fork('faults'))
  const drawn = JSON.stringify(draw)
  print?.(`seed ${seed}: ${drawn}`)
  let problem: unknown = null
  const onTrouble = (error: unknown) => (problem ??= error)
  const server = await createSimServer({
    time,
    random: random.fork('server'),
    onTwoPolls: (sid) => onTrouble(new Violation(`the server holds two polls of session ${sid}`)),
    onGap: (what) => onTrouble(new Violation(what)),
  })
  const begun = time.now()
  const checkers = createCheckers({ time, server, begun })
  const deployed: Deployed = { build: 'b1', deploy: 1 }
  const parts = { time, server, trace, checkers, deployed: () => deployed }
  const people = draw.people.map((person) =>
    createPerson({ ...parts, ...person, random: random.fork(person.name) }),
  )
  const colleagues = ['owner@acme.test', 'owner@globex.test'].map((email) =>
    createColleague(time, server, random.fork(email), email),
  )
  const workload = createWorkload({
    time,
    random: random.fork('workload'),
    draw,
    people,
    colleagues,
    server,
    deployed,
    trace,
    checkers,
  })

  const hasLocks = draw.people.every(({ quirks }) => quirks.hasLocks)
  const heardWithinMs = hasLocks ? HEARD_WITHIN_MS : HEARD_WITHIN_LEASES_MS
  const checkQuiet = createQuietCheck({ time, server, people, wayMaxMs: draw.network.delayMaxMs })
  const { lostBefore, lostAfter, stalled } = draw.network
  const networkIsWell = lostBefore + lostAfter + stalled === 0

  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= LOOK_MS) {
      await time.pass(Math.min(left, LOOK_MS))
      if (problem) throw problem
      checkers.look()
      await checkQuiet(workload.isCalm() || networkIsWell)
    }
  }

  /** What was entered and is not in the ledger, or is there in another's name. */
  async function whatWaits(): Promise<string | null> {
    for (const { desk, pages } of people) {
      const looked = pages().find((page) => page.state() === 'shown')
      if (!looked) continue
      const wrong = await desk.whatIsWrong(looked)
      if (wrong !== null) throw new Violation(wrong)
      const missing = await desk.whatIsMissing(looked)
      if (missing !== null) return missing
    }
    return null
  }

  const missingOrUntold = async (states: readonly PageState[]) =>
    (await whatIsMissing(people, server, states)) ?? (await whatWaits()) ?? (await checkers.whatIsUntold())

  async function comeRight(what: string, states: readonly PageState[], withinMs: number): Promise<void> {
    const until = time.now() + withinMs
    let missing = await missingOrUntold(states)
    while (missing !== null && time.now() < until) {
      workload.signIn()
      await pass(SIGN_IN_MS)
      missing = await missingOrUntold(states)
    }
    if (missing !== null) throw new Violation(`${what} after ${withinMs} ms: ${missing}`)
  }

  async function round(stormMs: number): Promise<void> {
    workload.resume()
    const until = time.now() + stormMs
    while (time.now() < until) {
      workload.step()
      await pass(random.int(...draw.pauseMs))
    }
    workload.heal()
    await pass(NOTICED_WITHIN_MS)
    await comeRight('not right', ['shown'], HEALED_WITHIN_MS)
    await comeRight('not right out of sight', ['shown', 'hidden'], HIDDEN_HEALED_WITHIN_MS)
    for (const colleague of colleagues) await colleague.enter()
    await pass(LOOK_MS)
    await comeRight('what was entered is not everywhere', ['shown', 'hidden'], heardWithinMs)
    trace('everything is right')
  }

  /** How things stand, for whoever reads the end of a failed run. */
  async function tellState(): Promise<void> {
    for (const page of people.flatMap((person) => person.pages())) {
      const { phase, reason, role } = page.runtime.status()
      trace(
        `${page.id} (${page.build}, ${page.state()}${page.context.isAsleep() ? ', asleep' : ''}): ${phase} (${reason}) ${role}`,
      )
    }
    for (const person of people) {
      for (const { context, runtime } of person.profile.runtimes()) {
        const inspection = await runtime.calls.inspect()
        trace(
          `${context.name}${context.isAsleep() ? ' (asleep)' : ''}: ${JSON.stringify(inspection.ok && inspection.value)}`,
        )
      }
      trace(
        `${person.name} holds ${[...person.profile.held()].map(([name, { name: by }]) => `${name} by ${by}`).join(', ')}`,
      )
    }
    trace(`the server holds ${JSON.stringify([...server.polls()])}`)
  }

  let violation: string | null = null
  process.on('uncaughtException', onTrouble)
  process.on('unhandledRejection', onTrouble)
  try {
    for (const person of people) {
      person.open()
      await pass(LOOK_MS)
      void person.signIn(draw.people.find(({ name }) => name === person.name)?.email ?? '')
    }
    await pass(5000)
    while (time.now() - begun < hours * 3_600_000) {
      await round(STORM_MS)
    }
    workload.leave()
    await comeRight('the last tab has gone and polls go on', ['shown', 'hidden'], HEALED_WITHIN_MS)
    const pollsBefore = server.pollsBegun()
    await pass(HEALED_WITHIN_MS)
    if (server.pollsBegun() > pollsBefore) throw new Violation('the last tab has gone and new polls come')
  } catch (error) {
    violation = error instanceof Violation ? error.message : String((error as Error).stack ?? error)
    await tellState()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
    process.off('uncaughtException', onTrouble)
    process.off('unhandledRejection', onTrouble)
    await server.close()
  }
  if (violation !== null) trace(`VIOLATION ${violation}`)
  const virtualMs = time.now() - begun
  return { seed, violation, digest: log.digest(), drawn, tail: log.tail(), timers: time.fired(), virtualMs }
}
