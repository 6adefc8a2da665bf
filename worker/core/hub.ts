import type { EventEnvelope } from '../wire/event.ts'
import {
  CREDIT_FRAMES,
  type Inspection,
  type RuntimeFrame,
  type RuntimeStatus,
  type SessionView,
  type TabFrame,
  type Wants,
} from '../wire/port.ts'
import { wantedBy } from './tab-filter.ts'

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
}

export interface Hub {
  connect(send: (frame: RuntimeFrame) => void): TabConnection
  /** Hands events to every tab that wants them; when it returns they are on their ports, in order. */
  batch(events: readonly EventEnvelope[], cursor: string): void
  resync(reason: Extract<RuntimeFrame, { t: 'resync' }>['reason'], refetchAfterMs: number): void
  broadcast(frame: Extract<RuntimeFrame, { t: 'status' | 'session' }>): void
  signals(): TabSignals
  inspect(): Inspection['tabs']
}

interface Tab {
  tabId: string
  wants: Wants
  visible: boolean
  online: boolean
  sent: number
  acked: number
  /** Frames were left out because the tab did not take the last ones: it must fetch again once it does. */
  lagging: boolean
  send: (frame: RuntimeFrame) => void
}

/**
 * The tabs of this runtime. A frozen tab takes no frames and its queue in the engine grows without bound (measured:
 * thousands of frames kept, then delivered at once), so each tab has credits: past them nothing is sent, and the first
 * sign of life brings a resync instead of the past.
 */
export function createHub(deps: {
  /** Resolves once there is something to greet a tab with: until then nobody can say whether somebody is signed in. */
  ready: Promise<void>
  /** What a tab that has just attached is told. */
  greet: () => { status: RuntimeStatus; session: SessionView | null }
  /** A tab came or went, became visible or hidden, went on- or offline; `woke` when one came back from a sleep. */
  onSignals: (signals: TabSignals, woke: boolean) => void
}): Hub {
  const tabs = new Set<Tab>()

  function signals(): TabSignals {
    const all = [...tabs]
    return {
      tabs: all.length,
      hidden: !all.some((tab) => tab.visible),
      online: all.length === 0 || all.some((tab) => tab.online),
    }
  }

  function hasCredit(tab: Tab): boolean {
    if (tab.sent - tab.acked < CREDIT_FRAMES) return true
    tab.lagging = true
    return false
  }

  function acknowledge(tab: Tab, seq: number): void {
    tab.acked = Math.min(tab.sent, Math.max(tab.acked, seq))
    if (!tab.lagging || tab.acked < tab.sent) return
    tab.lagging = false
    tab.send({ t: 'resync', seq: (tab.sent += 1), reason: 'lagging', refetchAfterMs: 0 })
  }

  function connect(send: (frame: RuntimeFrame) => void): TabConnection {
    let tab: Tab | null = null

    function attach({ tabId, wants, visible, online }: Extract<TabFrame, { t: 'attach' }>): void {
      if (tab) tabs.delete(tab)
      const attached: Tab = { tabId, wants, visible, online, sent: 0, acked: 0, lagging: false, send }
      tab = attached
      void greet(attached)
    }

    async function greet(attached: Tab): Promise<void> {
      await deps.ready
      if (tab !== attached) return
      tabs.add(attached)
      // First what the tab's coming changes, then how things are.
      deps.onSignals(signals(), false)
      send({ t: 'attached', ...deps.greet(), seq: 0 })
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
        if (frame.t === 'attach') return attach(frame)
        if (!tab) return
        if (frame.t === 'wants') tab.wants = frame.wants
        else if (frame.t === 'ack') acknowledge(tab, frame.seq)
        else if (frame.t === 'bye') close()
        else if (frame.t === 'signal') {
          tab.visible = frame.visible
          tab.online = frame.online
          if (!tabs.has(tab)) return
          deps.onSignals(signals(), frame.woke)
        }
      },
    }
  }

  return {
    connect,
    batch(events, cursor) {
      for (const tab of tabs) {
        const wanted = wantedBy(tab.wants, events)
        if (wanted.length === 0 || !hasCredit(tab)) continue
        tab.send({ t: 'batch', seq: (tab.sent += 1), cursor, events: wanted })
      }
    },
    resync(reason, refetchAfterMs) {
      for (const tab of tabs) {
        if (!hasCredit(tab)) continue
        tab.send({ t: 'resync', seq: (tab.sent += 1), reason, refetchAfterMs })
      }
    },
    broadcast(frame) {
      for (const tab of tabs) tab.send(frame)
    },
    signals,
    inspect: () =>
      [...tabs].map(({ tabId, visible, acked, sent }) => ({
        tabId,
        visible,
        lastAckedSeq: acked,
        lastSentSeq: sent,
      })),
  }
}
