import * as v from 'valibot'
import { TOPICS, type EventEnvelope, type Topic } from '../wire/event.ts'
import { topicChannel, TopicRelay } from '../wire/relay.ts'
import type { Gap } from '../wire/subscribe.ts'
import type { Channel, Platform } from './platform.ts'

/** What the leader of a session tells the runtimes that follow it, on one channel a topic. */
export interface Relay {
  /** Everything in `(after, cursor]`; also when there was nothing, so that followers know the leader is alive. */
  batch(generation: number, after: string | null, cursor: string, events: readonly EventEnvelope[]): void
  gap(generation: number, cursor: string, gap: Gap): void
  /** Asks the leader where it stands. */
  ask(): void
  close(): void
}

export function createRelay(deps: {
  platform: Pick<Platform, 'channels'>
  instanceId: string
  sh: string
  /** A frame of another runtime of the same session. */
  onFrame: (topic: Topic, frame: TopicRelay) => void
}): Relay {
  const { platform, instanceId, sh, onFrame } = deps
  const channels = new Map<Topic, Channel>()
  for (const topic of TOPICS) {
    const onMessage = (data: unknown) => {
      const frame = v.safeParse(TopicRelay, data)
      if (frame.success && frame.output.sh === sh && frame.output.from !== instanceId)
        onFrame(topic, frame.output)
    }
    channels.set(topic, platform.channels.open(topicChannel(topic), onMessage))
  }

  function post(topic: Topic, frame: Record<string, unknown>): void {
    channels.get(topic)?.post({ v: 1, sh, from: instanceId, ...frame })
  }

  return {
    batch(generation, after, cursor, events) {
      for (const topic of TOPICS) {
        const own = events.filter((event) => event.topic === topic)
        post(topic, { t: 'batch', generation, after, cursor, events: own })
      }
    },
    gap(generation, cursor, gap) {
      for (const topic of TOPICS) post(topic, { t: 'gap', generation, cursor, gap })
    },
    ask() {
      for (const topic of TOPICS) post(topic, { t: 'ask', generation: 0 })
    },
    close() {
      for (const channel of channels.values()) channel.close()
    },
  }
}
