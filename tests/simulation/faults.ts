import type { Quirks } from './browser.ts'
import type { NetworkFaults } from './network.ts'
import type { SeededRandom } from './seeded-random.ts'

/** What a run is made of, drawn from its seed before anything happens. */
export interface Draw {
  people: { name: string; email: string; flag: string; quirks: Quirks }[]
  network: NetworkFaults
  channelsLost: number
  channelsTwice: number
  /** How often each thing is done, as shares. */
  weights: Record<Action, number>
  /** Between two things that are done. */
  pauseMs: [number, number]
}

export const ACTIONS = [
  'open',
  'close',
  'crash',
  'reload',
  'away',
  'back',
  'look',
  'hide',
  'freeze',
  'thaw',
  'suspend',
  'resume',
  'hang',
  'hang a moment',
  'busy page',
  'kill worker',
  'restart worker',
  'lose a grant',
  'offline',
  'server down',
  'deploy',
  'rollback',
  'sleep',
  'skew',
  'enter',
  'colleague enters',
  'colleague pastes',
  'sign out',
  'revoked elsewhere',
  'thief',
  'sync',
  'restart',
] as const
export type Action = (typeof ACTIONS)[number]

/** Seldom ones: each costs a run half a minute or ends what others need. */
const SELDOM: readonly Action[] = [
  'sign out',
  'server down',
  'deploy',
  'rollback',
  'sleep',
  'hang',
  'skew',
  'colleague pastes',
  'revoked elsewhere',
  'thief',
  'restart',
]
const OFTEN: readonly Action[] = ['open', 'look', 'enter', 'colleague enters', 'back', 'thaw', 'resume']

/** The engines as they were measured, by the way they fail. */
const ENGINES: Record<string, Partial<Quirks>> = {
  'chromium, cache keeps locks': { cacheKeepsLocks: true, extendedLifetime: true },
  'chromium, worker ends with its last page': { cacheKeepsLocks: true },
  firefox: {},
  'webkit, restarts workers': { isWebKit: true, silentRestart: true },
  'webkit, suspends pages': { isWebKit: true, suspendsSilently: true },
  'no locks': { hasLocks: false },
  'store refuses changes': { storeRefuses: true },
}
const PLAIN: Quirks = {
  cacheKeepsLocks: false,
  silentRestart: false,
  suspendsSilently: false,
  extendedLifetime: false,
  isWebKit: false,
  hasLocks: true,
  storeRefuses: false,
}

export function drawFaults(random: SeededRandom): Draw & { engines: string[] } {
  const engines: string[] = []
  const people = Array.from({ length: random.int(1, 2) }, (_, index) => {
    const engine = random.pick(Object.keys(ENGINES))
    engines.push(engine)
    const flag = random.pick(['auto', 'auto', 'shared-worker', 'tab'])
    const email = random.pick(['owner@acme.test', 'owner@globex.test'])
    return { name: `person${index + 1}`, email, flag, quirks: { ...PLAIN, ...ENGINES[engine] } }
  })
  /** Swarm: a kind of fault is on or off for a whole run, so that rare ones are not drowned by the others. */
  const share = (most: number) => (random.chance(0.5) ? random.fraction() * most : 0)
  const weights = Object.fromEntries(
    ACTIONS.map((action) => {
      const base =
        action === 'colleague pastes' ? 0.2 : SELDOM.includes(action) ? 0.3 : OFTEN.includes(action) ? 3 : 1
      // Drawn apart: half of the worlds that were kept stay what they were.
      const isOn = () => (action === 'restart' ? random.fork(action).chance(0.5) : random.chance(0.7))
      return [action, OFTEN.includes(action) || isOn() ? base : 0]
    }),
  ) as Record<Action, number>
  return {
    engines,
    people,
    network: {
      lostBefore: share(0.05),
      lostAfter: share(0.05),
      twice: share(0.05),
      stalled: share(0.01),
      delayMaxMs: random.pick([20, 60, 200, 1000]),
    },
    channelsLost: share(0.05),
    channelsTwice: share(0.1),
    weights,
    pauseMs: random.pick<[number, number]>([
      [200, 4000],
      [2000, 20_000],
      [5000, 60_000],
    ]),
  }
}
