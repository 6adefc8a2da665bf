import { createCheckers } from '../simulation/checkers.ts'
import { createPerson } from '../simulation/people.ts'
import { NO_FAULTS } from '../simulation/network.ts'
import { createSeededRandom } from '../simulation/seeded-random.ts'
import { createSimServer } from '../simulation/sim-server.ts'
import { createVirtualTime } from '../simulation/virtual-time.ts'
import { signInStep } from '../simulation/crypto-in-step.ts'
import type { SimPage } from '../simulation/sim-page.ts'

const TABS = 5
const EMAIL = 'owner@acme.test'
const FAULTS = { lostBefore: 0.05, lostAfter: 0.05, twice: 0.05, stalled: 0.005, delayMaxMs: 60 }
const QUIRKS = {
  cacheKeepsLocks: true,
  extendedLifetime: true,
  silentRestart: false,
  suspendsSilently: false,
  isWebKit: false,
  hasLocks: true,
  storeRefuses: false,
}
const SETTLED_WITHIN_MS = 3_600_000

/**
 * Writes of five tabs, sent by the runtime and by the service worker while requests and answers are lost or doubled, tabs
 * and workers die and the server is restarted: the real core, the real server, a clock of their own. What the ledger says in
 * the end, against what was said to be kept.
 */
export async function outbox({ writes = 10_000, seed = 1 }: { writes?: number; seed?: number }) {
  signInStep()
  const random = createSeededRandom(String(seed))
  const time = createVirtualTime()
  const server = await createSimServer({ time, random: random.fork('server'), onTwoPolls() {}, onGap() {} })
  const checkers = createCheckers({ time, server, begun: time.now() })
  const person = createPerson({
    name: 'person',
    time,
    random: random.fork('person'),
    server,
    quirks: QUIRKS,
    flag: 'auto',
    deployed: () => ({ build: 'b1', deploy: 1 }),
    trace() {},
    checkers,
  })
  const accidents = {
    'tabs crashed': 0,
    'workers killed': 0,
    'server restarted': 0,
    'syncs without a tab': 0,
  }

  async function look(): Promise<SimPage> {
    const page = person.pages().find((each) => each.state() === 'shown') ?? person.open()
    await time.pass(10)
    return page
  }

  async function accident(): Promise<void> {
    const page = random.pick(person.pages())
    switch (random.int(1, 4)) {
      case 1:
        person.profile.crash(page)
        accidents['tabs crashed'] += 1
        break
      case 2:
        for (const worker of person.profile.sharedWorkers()) person.profile.kill(worker)
        accidents['workers killed'] += 1
        break
      case 3:
        server.crash()
        time.after(random.int(100, 5000), () => void server.start())
        accidents['server restarted'] += 1
        break
      default: {
        const context = person.profile.sync()
        time.after(random.int(100, 5000), () => context.die())
        accidents['syncs without a tab'] += 1
      }
    }
    while (person.pages().length < TABS) person.open()
  }

  for (let tab = 0; tab < TABS; tab += 1) person.open()
  await time.pass(1000)
  void person.signIn(EMAIL)
  await time.pass(5000)
  person.setFaults(FAULTS, 0.02, 0.02)
  for (let entered = 0; entered < writes; entered += 1) {
    await person.desk.enter(random.pick(person.pages()))
    await time.pass(random.int(1, 40))
    if (entered % 100 === 99) await accident()
  }
  person.setFaults(NO_FAULTS, 0, 0)
  const page = await look()
  const until = time.now() + SETTLED_WITHIN_MS
  while ((await person.desk.whatIsMissing(page)) !== null && time.now() < until) await time.pass(1000)
  const tally = await person.desk.tally()
  await server.close()
  return {
    title: `${writes} writes of ${TABS} tabs under faults (seed ${seed})`,
    rows: [{ ...tally, ...accidents }],
  }
}
