import type { Clock } from '../deps.ts'
import type { Broker, Cursor, ReadResult } from './broker.ts'
import { formatCursor } from './cursor.ts'
import { ANSWER_BYTES_MAX, BROKER_ANSWER_MS, SHARED_PLACES_MAX, SHARED_READ_MS } from './limits.ts'
import { sayEvents, type Saying } from './poll-answer.ts'
import type { PollFilter } from './poll-filter.ts'

type Events = Extract<ReadResult, { kind: 'events' }>

/** What polls of one organisation read and are told, each once for all who stand at one place. */
export interface FeedReads {
  /** Rejects when the broker fails or does not answer in time. */
  read(after: Cursor, limit: number): Promise<ReadResult>
  /** What these events are to a filter, serialised once; null when it admits none. */
  say(read: Events, filter: PollFilter): Saying | null
  /** The feed has moved: whoever asks from now on is read for anew. */
  forget(): void
}

/**
 * Polls that come back together stand at one cursor: after a deploy, a wake, a cut network, it is the fleet. One of them
 * reads, all are told. A read is shared until the feed moves and at most a moment, so that a wake that was lost cannot
 * keep an old answer alive.
 */
export function createFeedReads(deps: { orgId: string; broker: Broker; clock: Clock }): FeedReads {
  const { orgId, broker, clock } = deps
  const places = new Map<string, { result: Promise<ReadResult>; at: number }>()
  const sayings = new WeakMap<Events, Map<string, Saying | null>>()

  function start(key: string, after: Cursor, limit: number): Promise<ReadResult> {
    const result = answeredInTime(
      clock,
      broker.read(orgId, after, { events: limit, bytes: ANSWER_BYTES_MAX }),
    )
    const place = { result, at: clock.monotonicMs() }
    if (places.size >= SHARED_PLACES_MAX) places.clear()
    places.set(key, place)
    // Trouble is not shared with those who come later.
    result.catch(() => {
      if (places.get(key) === place) places.delete(key)
    })
    return result
  }

  return {
    read(after, limit) {
      const key = `${formatCursor(after)}|${limit}`
      const place = places.get(key)
      if (place && clock.monotonicMs() - place.at < SHARED_READ_MS) return place.result
      return start(key, after, limit)
    },
    say(read, filter) {
      let known = sayings.get(read)
      if (!known) sayings.set(read, (known = new Map()))
      let saying = known.get(filter.signature)
      if (saying === undefined) {
        const events = read.events.filter(filter.admits)
        saying = events.length === 0 ? null : sayEvents(events, read.at, read.more)
        known.set(filter.signature, saying)
      }
      return saying
    },
    forget: () => places.clear(),
  }
}

/** A call that never comes back must not hold polls past their time. */
export function answeredInTime<T>(clock: Clock, call: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(BROKER_ANSWER_MS, () => reject(new Error('The broker does not answer.')))
    call.then(resolve, reject).finally(cancel)
  })
}
