import type { EventEnvelope } from '../wire/event.ts'
import type { Inspection, RuntimeFrame, TabFrame } from '../wire/port.ts'
import { createAttachedTab, type AttachedTab } from './attached-tab.ts'
import type { Ring } from './ring.ts'

export interface TabConnection {
  receive(frame: TabFrame): void
  /** The tab is gone: its lock was granted to us, or its port ended. */
  close(): void
}

/** What the tabs together tell that a worker cannot see by itself. */
export interface TabSignals {
  tabs: number
  hidden: boolean
  online: boolean
  /** The newest deploy a page of this runtime was served by. It outlives its tab: the build stays what it is. */
  deploy: number
}

export interface Hub {
  connect(send: (frame: RuntimeFrame) => void): TabConnection
  /** Hands everything up to `cursor` to every tab that wants some of it; when it returns it is on their ports, in order. */
  batch(events: readonly EventEnvelope[], cursor: string): void
  /** Everything before `cursor` has to be fetched again. */
  resync: AttachedTab['resync']
  broadcast(frame: Extract<RuntimeFrame, { t: 'status' | 'session' | 'leftover' }>): void
  signals(): TabSignals
  /** The flag, as the tab that spoke last has resolved it; 0 before. */
  sampleRate(): number
  inspect(): Inspection['tabs']
}

/** The tabs of this runtime. */
export function createHub(deps: {
  /** Resolves once there is something to greet a tab with: until then nobody can say whether somebody is signed in. */
  ready: Promise<void>
  /** What a tab that has just attached is told. */
  greet: () => Pick<Extract<RuntimeFrame, { t: 'attached' }>, 'status' | 'session'>
  /** What came last, for those who missed it. */
  ring: Pick<Ring, 'since' | 'tip'>
  /** A tab came or went, became visible or hidden, went on- or offline; `woke` when one came back from a sleep. */
  onSignals: (signals: TabSignals, woke: boolean) => void
  onLoggedOut: (sh: string) => void
  /** A tab has sent so many of the records that were left to it. */
  onHandedIn: (records: number) => void
}): Hub {
  const { ring } = deps
  const tabs = new Set<AttachedTab>()
  let deploy = 0
  let sampleRate = 0

  function signals(): TabSignals {
    const all = [...tabs]
    return {
      tabs: all.length,
      hidden: !all.some((tab) => tab.visible),
      online: all.length === 0 || all.some((tab) => tab.online),
      deploy,
    }
  }

  function connect(send: (frame: RuntimeFrame) => void): TabConnection {
    let tab: AttachedTab | null = null

    async function attach(frame: Extract<TabFrame, { t: 'attach' }>): Promise<void> {
      if (tab) tabs.delete(tab)
      const attached = createAttachedTab(frame, ring, send)
      tab = attached
      await deps.ready
      if (tab !== attached) return
      tabs.add(attached)
      deploy = Math.max(deploy, frame.deploy)
      sampleRate = frame.sampleRate ?? sampleRate
      // First what the tab's coming changes, then how things are.
      deps.onSignals(signals(), false)
      const missed = ring.since(frame.resumeFrom)
      const cursor = ring.tip()
      send({ t: 'attached', ...deps.greet(), seq: 0, cursor, resumed: missed !== null })
      if (cursor !== null) attached.batch(missed?.events ?? [], cursor)
    }

    function close(): void {
      if (!tab) return
      const wasGreeted = tabs.delete(tab)
      tab = null
      if (wasGreeted) deps.onSignals(signals(), false)
    }

    return {
      close,
      receive(frame) {
        if (frame.t === 'attach') return void attach(frame)
        // Also before the greeting: it asks whether we hang, and a slow store is no hanging.
        if (frame.t === 'ping') return send({ t: 'pong', n: frame.n, attached: tab !== null })
        if (frame.t === 'logged-out') return deps.onLoggedOut(frame.sh)
        if (!tab) return
        if (frame.t === 'wants') tab.setWants(frame.wants)
        else if (frame.t === 'rate') sampleRate = frame.sampleRate
        else if (frame.t === 'ack') tab.acknowledge(frame.seq)
        else if (frame.t === 'bye') {
          deps.onHandedIn(frame.handedIn ?? 0)
          close()
        } else if (frame.t === 'signal') {
          tab.setSignals(frame.visible, frame.online)
          if (tabs.has(tab)) deps.onSignals(signals(), frame.woke)
        }
      },
    }
  }

  return {
    connect,
    batch(events, cursor) {
      for (const tab of tabs) tab.batch(events, cursor)
    },
    resync(...told) {
      for (const tab of tabs) tab.resync(...told)
    },
    broadcast(frame) {
      for (const tab of tabs) tab.send(frame)
    },
    signals,
    sampleRate: () => sampleRate,
    inspect: () => [...tabs].map((tab) => tab.inspect()),
  }
}
