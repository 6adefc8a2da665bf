import { TOPICS, type EventEnvelope, type Topic } from '../wire/event.ts'
import type { TopicRelay } from '../wire/relay.ts'
import type { Hub } from './hub.ts'
import type { Inbox } from './inbox.ts'
import type { Clock } from './platform.ts'
import type { Relay, RelayFrame } from './relay.ts'
import type { Ring } from './ring.ts'
import type { Status } from './status.ts'

/** A leader tells the outcome of every poll. Silent for a hold, its watchdog and a little more, it is not well. */
export const LEADER_SILENCE_MS = 45_000
/** Between the first topic of a stretch and the last; longer means that one was lost. */
export const STRETCH_MS = 250
/** What a leader has to repeat what was lost; then the tabs fetch again. */
export const REPEAT_MS = 1000

export interface Follower {
  receive(topic: Topic, frame: TopicRelay): void
  /** When a leader was last heard, monotonic ms; the begin of this following before that. */
  heardAt(): number
  /** The highest generation heard of. */
  generation(): number
  /** Ends its timers. */
  stop(): void
}

/**
 * The receiving end of the relay. Frames may be lost, repeated or late. The generation fences the late ones. A stretch of
 * the feed is handed on once all its topics are here; one that does not begin where the last one ended means that
 * something was lost: the leader is asked to repeat it, and when it cannot the tabs fetch again.
 */
export function createFollower(deps: {
  clock: Clock
  inbox: Inbox
  ring: Ring
  hub: Pick<Hub, 'batch' | 'resync'>
  status: Pick<Status, 'say'>
  relay: Pick<Relay, 'ask'>
  instanceId: string
  /** The highest generation this runtime has led with or heard of. */
  generation: number
  /** Why nobody is heard, as the status says it. */
  silence: string
}): Follower {
  const { clock, inbox, ring, hub, status, relay, instanceId } = deps
  let { generation } = deps
  let heardAt = clock.monotonicMs()
  let cancelSilence = () => {}
  let cancelStretch = () => {}
  /** Set while the leader has been asked to repeat something. */
  let cancelRepeat: (() => void) | null = null
  /** The stretch that begins where we stand, topic by topic. */
  let partial: { cursor: string; topics: Map<Topic, EventEnvelope[]> } | null = null

  function watchSilence(): void {
    cancelSilence()
    cancelSilence = clock.after(LEADER_SILENCE_MS, () => status.say('degraded', deps.silence))
  }

  function inStep(): void {
    cancelStretch()
    cancelRepeat?.()
    cancelRepeat = null
    partial = null
    watchSilence()
    status.say('live', 'following')
  }

  /** From here on, and everything before is in the snapshots that the tabs fetch now. */
  function adopt(cursor: string, reason: Parameters<Hub['resync']>[0], refetchAfterMs: number): void {
    inbox.advance(cursor)
    ring.reset(cursor)
    hub.resync(reason, refetchAfterMs, cursor)
    inStep()
  }

  function askToRepeat(): void {
    if (cancelRepeat) return
    relay.ask({ after: inbox.cursor() })
    cancelRepeat = clock.after(REPEAT_MS, () => {
      cancelRepeat = null
      partial = null
      inbox.reset()
      // The next frame of all is a first one, and first ones bring a resync.
      relay.ask()
    })
  }

  function handOn(after: string, topics: ReadonlyMap<Topic, EventEnvelope[]>, cursor: string): void {
    const events = [...topics.values()].flat().toSorted((a, b) => a.seq - b.seq)
    const admitted = inbox.admit(events)
    ring.push(after, cursor, admitted)
    hub.batch(admitted, cursor)
    inbox.advance(cursor)
    inStep()
  }

  function receiveBatch(topic: Topic, frame: RelayFrame<'batch'>): void {
    const at = inbox.cursor()
    if (at === null) return adopt(frame.cursor, 'attach', 0)
    // A repeated one. It says nothing of what we may have been asking for.
    if (frame.cursor === at) return partial || cancelRepeat ? undefined : inStep()
    if (frame.after !== at) {
      const isLost = frame.to === instanceId && frame.after === frame.cursor
      return isLost ? adopt(frame.cursor, 'lagging', 0) : askToRepeat()
    }
    if (partial?.cursor !== frame.cursor) {
      partial = { cursor: frame.cursor, topics: new Map() }
      cancelStretch()
      cancelStretch = clock.after(STRETCH_MS, askToRepeat)
    }
    partial.topics.set(topic, frame.events)
    const expected = TOPICS.filter((each) => frame.topics?.includes(each) ?? true)
    if (expected.every((each) => partial?.topics.has(each))) handOn(at, partial.topics, frame.cursor)
  }

  // From the start: a leader that hangs may never have said a word to this runtime.
  watchSilence()

  return {
    heardAt: () => heardAt,
    generation: () => generation,
    receive(topic, frame) {
      if (frame.t === 'ask') return
      // A leader that has not been heard for so long is over, however high it counted: the clock may have been set back.
      const isFenced = clock.monotonicMs() - heardAt < LEADER_SILENCE_MS
      if (frame.generation < generation && isFenced) return
      generation = frame.generation
      heardAt = clock.monotonicMs()
      if (frame.t === 'batch') receiveBatch(topic, frame)
      else if (frame.t === 'gap') {
        // Every topic tells of it; it is one gap.
        if (frame.cursor !== inbox.cursor()) adopt(frame.cursor, frame.gap.reason, frame.gap.refetchAfterMs)
      } else if (frame.t === 'handover') {
        if (frame.to !== instanceId) return
        if (inbox.cursor() === null && frame.cursor !== null) adopt(frame.cursor, 'attach', 0)
        // Behind the leader, because a frame was lost: what it has seen we have yet to hand on.
        if (inbox.cursor() === frame.cursor) inbox.remember(frame.seen)
      } else if (frame.phase) {
        watchSilence()
        const { reason = frame.phase, retryAt = null } = frame
        const retryInMs = retryAt === null ? undefined : Math.max(0, retryAt - clock.wallMs())
        if (frame.phase === 'live') status.say('live', 'following')
        else status.say(frame.phase, reason, retryInMs)
      }
    },
    stop() {
      cancelSilence()
      cancelStretch()
      cancelRepeat?.()
    },
  }
}
