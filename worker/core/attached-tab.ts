import type { EventEnvelope } from '../wire/event.ts'
import { CREDIT_FRAMES, type Inspection, type RuntimeFrame, type TabFrame, type Wants } from '../wire/port.ts'
import type { Ring } from './ring.ts'
import { wantedBy } from './tab-filter.ts'

type Attach = Extract<TabFrame, { t: 'attach' }>
type ResyncReason = Extract<RuntimeFrame, { t: 'resync' }>['reason']

export interface AttachedTab {
  readonly visible: boolean
  readonly online: boolean
  setSignals(visible: boolean, online: boolean): void
  setWants(wants: Wants): void
  acknowledge(seq: number): void
  /** Everything up to `cursor`, of which it is sent what it wants. */
  batch(events: readonly EventEnvelope[], cursor: string): void
  resync(reason: ResyncReason, refetchAfterMs: number, cursor: string | null): void
  /** Something that replaces what was said before: it needs no credit. */
  send(frame: RuntimeFrame): void
  inspect(): Inspection['tabs'][number]
}

/**
 * One tab as its runtime sees it. A frozen tab takes no frames and its queue in the engine grows without bound (measured:
 * thousands of frames kept, then delivered at once), so it has credits: past them nothing is sent, and once it has taken
 * what it was sent it is told what the ring still has, or to fetch again.
 */
export function createAttachedTab(
  { tabId, ...attach }: Attach,
  ring: Pick<Ring, 'since' | 'tip'>,
  send: (frame: RuntimeFrame) => void,
): AttachedTab {
  let { visible, online, wants } = attach
  let sent = 0
  let acked = 0
  /** Everything it wants up to here is on its port; null when nobody can say. */
  let cursor: string | null = null
  /** Frames were left out because it did not take the last ones. */
  let lagging = false

  function hasCredit(): boolean {
    if (sent - acked >= CREDIT_FRAMES) lagging = true
    return !lagging
  }

  function batch(events: readonly EventEnvelope[], upTo: string): void {
    const wanted = wantedBy(wants, events)
    if (wanted.length > 0 && !hasCredit()) return
    if (lagging) return
    cursor = upTo
    if (wanted.length > 0) send({ t: 'batch', seq: (sent += 1), cursor: upTo, events: wanted })
  }

  function resync(reason: ResyncReason, refetchAfterMs: number, upTo: string | null): void {
    // Without credit the ring has begun anew by now, and will have no way from here to there.
    if (!hasCredit()) return void (cursor = null)
    cursor = upTo
    send({ t: 'resync', seq: (sent += 1), reason, refetchAfterMs, cursor: upTo })
  }

  return {
    get visible() {
      return visible
    },
    get online() {
      return online
    },
    setSignals(nextVisible, nextOnline) {
      visible = nextVisible
      online = nextOnline
    },
    setWants(next) {
      wants = next
    },
    acknowledge(seq) {
      acked = Math.min(sent, Math.max(acked, seq))
      if (!lagging || acked < sent) return
      lagging = false
      const missed = ring.since(cursor)
      if (missed) batch(missed.events, missed.cursor)
      else resync('lagging', 0, ring.tip())
    },
    batch,
    resync,
    send,
    inspect: () => ({ tabId, visible, lastAckedSeq: acked, lastSentSeq: sent }),
  }
}
