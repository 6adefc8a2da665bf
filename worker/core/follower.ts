import { TOPICS, type Topic } from '../wire/event.ts'
import type { TopicRelay } from '../wire/relay.ts'
import type { Hub } from './hub.ts'
import type { Inbox } from './inbox.ts'
import type { Clock } from './platform.ts'
import type { Status } from './status.ts'

/** A leader speaks after every poll. Silent for a hold, its watchdog and a little more, it is not well. */
export const LEADER_SILENCE_MS = 45_000

export interface Follower {
  receive(topic: Topic, frame: TopicRelay): void
  /** Ends the watch over the leader's silence. */
  stop(): void
}

/**
 * The receiving end of the relay. Frames may be lost, repeated or late: the generation fences the late ones, and a frame
 * that does not begin where the last one ended means that something was lost, so the tabs fetch again.
 */
export function createFollower(deps: {
  clock: Clock
  inbox: Inbox
  hub: Pick<Hub, 'batch' | 'resync'>
  status: Pick<Status, 'say'>
}): Follower {
  const { clock, inbox, hub, status } = deps
  const cursors = new Map<Topic, string>()
  let generation = 0
  let hasStarted = false
  let cancelWatch: (() => void) | null = null

  function watch(): void {
    cancelWatch?.()
    cancelWatch = clock.after(LEADER_SILENCE_MS, () => status.say('degraded', 'leader_silent'))
  }

  function heard(): void {
    watch()
    status.say('live', 'following')
  }

  function moveTo(topic: Topic, cursor: string): void {
    cursors.set(topic, cursor)
    if (TOPICS.every((other) => cursors.get(other) === cursor)) inbox.advance(cursor)
  }

  // From the start: a leader that hangs may never have said a word to this runtime.
  watch()

  return {
    receive(topic, frame) {
      if (frame.t === 'ask' || frame.generation < generation) return
      generation = frame.generation
      const known = cursors.get(topic) ?? null
      if (known === frame.cursor) return heard()
      if (frame.t === 'gap') {
        const isTold = [...cursors.values()].includes(frame.cursor)
        moveTo(topic, frame.cursor)
        if (!isTold) hub.resync(frame.gap.reason, frame.gap.refetchAfterMs)
        hasStarted = true
        return heard()
      }
      // The first frame of all: what lies before it is in the snapshots the tabs fetch now.
      if (!hasStarted) hub.resync('attach', 0)
      else if (known !== null && frame.after !== known) hub.resync('lagging', 0)
      hasStarted = true
      const events = inbox.admit(frame.events)
      if (events.length > 0) hub.batch(events, frame.cursor)
      moveTo(topic, frame.cursor)
      heard()
    },
    stop: () => cancelWatch?.(),
  }
}
