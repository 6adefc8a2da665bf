import type { EventEnvelope } from '../../worker/wire/event.ts'
import type { Gap, Outcome, SubscribeAnswer } from '../../worker/wire/subscribe.ts'
import type { Cursor } from './broker.ts'
import { formatCursor } from './cursor.ts'
import { REFRESH_SOON_MS } from './limits.ts'

type Retry = SubscribeAnswer['retry']

/** What is said to a poll, apart from the few fields that differ between those who are told the same. */
export interface Saying {
  outcome: Outcome
  /** The answer's JSON up to `retry`, encoded once and sent to many: as text, each poll would flatten and encode it again. */
  head: Buffer
  retry: Retry
  more: boolean
  /** What is told, and the place behind it: for those who are told in another form. */
  events: readonly EventEnvelope[]
  at: Cursor
  eventCount: number
  gap: Gap['reason'] | null
}

const AT_ONCE: Retry = { afterMs: 0, reason: 'none' }

export function sayEvents(events: readonly EventEnvelope[], at: Cursor, more: boolean): Saying {
  return say('events', at, { events, more })
}

export function sayGap(gap: Gap, at: Cursor): Saying {
  return say('gap', at, { gap })
}

export function sayNothing(outcome: Exclude<Outcome, 'events' | 'gap'>, at: Cursor, retry = AT_ONCE): Saying {
  return say(outcome, at, { retry })
}

function say(
  outcome: Outcome,
  at: Cursor,
  parts: { events?: readonly EventEnvelope[]; more?: boolean; gap?: Gap; retry?: Retry },
): Saying {
  const { events = [], more = false, gap = null, retry = AT_ONCE } = parts
  const json = JSON.stringify({ v: 1, outcome, cursor: formatCursor(at), events, more, gap })
  const head = Buffer.from(json.slice(0, -1))
  return { outcome, head, retry, more, events, at, eventCount: events.length, gap: gap?.reason ?? null }
}

/** Adds what is each poll's own: how long its token lives, when it should come back from our leaving, how long it was held. */
export function completeAnswer(
  saying: Saying,
  own: { expiresInMs: number; drain: Retry | null; heldMs: number },
): Buffer {
  const expiresInMs = Math.max(0, own.expiresInMs)
  const refresh = expiresInMs < REFRESH_SOON_MS ? 'soon' : 'none'
  // Who is told a part comes for the rest at once: it is ready, and nothing is held for it.
  const { afterMs, reason } = (saying.more ? null : own.drain) ?? saying.retry
  const retry = `{"afterMs":${afterMs},"reason":"${reason}"}`
  const auth = `{"expiresInMs":${expiresInMs},"refresh":"${refresh}"}`
  const drain = own.drain !== null
  const { head } = saying
  const tail = `,"retry":${retry},"auth":${auth},"drain":${drain},"heldMs":${own.heldMs}}`
  const bytes = Buffer.allocUnsafe(head.length + tail.length)
  head.copy(bytes)
  // Nothing in the tail is beyond ASCII.
  bytes.write(tail, head.length, 'latin1')
  return bytes
}
