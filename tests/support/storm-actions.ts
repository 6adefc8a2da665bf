import type { Crowd, CrowdTab } from './crowd.ts'
import type { Draw } from './draw.ts'

export const TABS_MAX = 6
/** So many are always here: who polls may go at any moment, and somebody has to take over. */
export const HERE_MIN = 2

/** What a browser does to the tabs of a person. The engine decides which of it can be done. */
interface Action {
  weight: number
  isPossible(crowd: Crowd): boolean
  run(crowd: Crowd, draw: Draw, url: string): Promise<void>
}

const isEnough = (crowd: Crowd) => crowd.tabs('here').length >= HERE_MIN
const offers = (crowd: Crowd, act: keyof CrowdTab) => crowd.tabs().some((tab) => tab[act] !== undefined)

export const ACTIONS = {
  open: {
    weight: 18,
    isPossible: (crowd) => crowd.tabs().length < TABS_MAX,
    run: async (crowd) => void (await crowd.open()),
  },
  'close leader': {
    weight: 16,
    isPossible: isEnough,
    run: async (crowd) => crowd.remove(await crowd.leader()),
  },
  'crash leader': {
    weight: 14,
    isPossible: (crowd) => isEnough(crowd) && offers(crowd, 'crash'),
    async run(crowd) {
      const tab = await crowd.leader()
      await tab.crash?.()
      await crowd.remove(tab)
    },
  },
  'leader leaves': {
    weight: 26,
    isPossible: isEnough,
    async run(crowd, _, url) {
      const tab = await crowd.leader()
      tab.place = 'away'
      await tab.goto(`${url}/icon.svg`)
    },
  },
  'freeze leader': {
    weight: 12,
    isPossible: (crowd) => isEnough(crowd) && offers(crowd, 'freeze'),
    async run(crowd) {
      const tab = await crowd.leader()
      // Only a hidden page is ever frozen.
      await crowd.lookAwayFrom(tab)
      tab.place = 'frozen'
      await tab.freeze?.()
    },
  },
  thaw: {
    weight: 10,
    isPossible: (crowd) => crowd.tabs('frozen').length > 0,
    run: (crowd, draw) => comeBack(draw.oneOf(crowd.tabs('frozen'))),
  },
  back: {
    weight: 10,
    isPossible: (crowd) => crowd.tabs('away').length > 0,
    run: (crowd, draw) => comeBack(draw.oneOf(crowd.tabs('away'))),
  },
} satisfies Record<string, Action>

export type ActionName = keyof typeof ACTIONS

export async function comeBack(tab: CrowdTab): Promise<void> {
  if (tab.place === 'frozen') await tab.thaw?.()
  if (tab.place === 'away') await tab.back()
  tab.place = 'here'
}

/** One that is possible now, by weight. With too few tabs here the next one is opened, or comes back. */
export function drawAction(crowd: Crowd, draw: Draw): ActionName {
  const possible = (Object.keys(ACTIONS) as ActionName[]).filter((name) => ACTIONS[name].isPossible(crowd))
  let left = draw.fraction() * possible.reduce((sum, name) => sum + ACTIONS[name].weight, 0)
  return possible.find((name) => (left -= ACTIONS[name].weight) < 0) ?? 'open'
}
