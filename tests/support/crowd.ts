import type { Host } from '../../worker/wire/port.ts'
import type { Draw } from './draw.ts'
import type { Engine } from './engine.ts'
import { openLedgerTab, type LedgerTab } from './ledger-tab.ts'

/** `away`: it shows another page and may be in the back/forward cache. */
export interface CrowdTab extends LedgerTab {
  place: 'here' | 'away' | 'frozen'
}

/** All tabs of one person, who looks at one of them. */
export interface Crowd {
  tabs(place?: CrowdTab['place']): CrowdTab[]
  /** Signs in with the first tab; the others find the session. */
  open(): Promise<CrowdTab>
  /** The tab whose runtime leads, or whose process holds the SharedWorker that does; any tab when that one has gone. */
  leader(): Promise<CrowdTab>
  /** The person turns to another tab, so that this one is hidden. */
  lookAwayFrom(tab: CrowdTab): Promise<void>
  /** Looks at one of those that are here. */
  look(): Promise<void>
  /** It is closed, or was crashed and is cleared away. */
  remove(tab: CrowdTab): Promise<void>
}

/** @param hostOf the host of the tab that is opened next, by how many were opened before it */
export function createCrowd(
  engine: Engine,
  { url, email, draw, hostOf }: { url: string; email: string; draw: Draw; hostOf: (opened: number) => Host },
): Crowd {
  const all: CrowdTab[] = []
  /** Who made each runtime: the first that asked for it. */
  const makers = new Map<string, { tab: CrowdTab; madeAt: number }>()
  let opened = 0

  const tabs = (place?: CrowdTab['place']) => all.filter((tab) => place === undefined || tab.place === place)

  async function look(at: readonly CrowdTab[]): Promise<void> {
    if (at.length > 0) await draw.oneOf(at).show?.()
  }

  return {
    tabs,
    async open() {
      const ledger = await openLedgerTab(await engine.newTab(), url, hostOf(opened))
      const tab: CrowdTab = { ...ledger, place: 'here' }
      if (opened === 0) await tab.signIn(email)
      else await tab.open()
      opened += 1
      all.push(tab)
      return tab
    },
    async leader() {
      const here = tabs('here')
      const leading: CrowdTab[] = []
      for (const tab of here) {
        const spied = await tab.runtime()
        if (!spied) continue
        const maker = makers.get(spied.instanceId)
        if (!maker || spied.madeAt < maker.madeAt) makers.set(spied.instanceId, { tab, madeAt: spied.madeAt })
        if (spied.role === 'leader') {
          const made = makers.get(spied.instanceId)?.tab
          if (made && here.includes(made)) leading.push(made)
        }
      }
      return draw.oneOf(leading.length > 0 ? leading.slice(0, 1) : here)
    },
    lookAwayFrom: (tab) => look(tabs('here').filter((other) => other !== tab)),
    look: () => look(tabs('here')),
    async remove(tab) {
      all.splice(all.indexOf(tab), 1)
      await tab.close()
    },
  }
}
