import * as v from 'valibot'
import { TOPICS, type EventEnvelope, type Topic } from '../wire/event.ts'
import { topicChannel, TopicRelay } from '../wire/relay.ts'
import type { Gap } from '../wire/subscribe.ts'
import type { Channel, Platform } from './platform.ts'

export type RelayFrame<T extends TopicRelay['t']> = Extract<TopicRelay, { t: T }>

type Said<T extends TopicRelay['t']> = Omit<RelayFrame<T>, 'v' | 'sh' | 'from' | 'deploy'>
interface Missed {
  after: string
  cursor: string
  events: readonly EventEnvelope[]
}

/** What the runtimes of a session say to each other, on one channel a topic. */
export interface Relay {
  /** Everything in `(after, cursor]`; also when there was nothing, so that followers know where the leader stands. */
  batch(generation: number, after: string | null, cursor: string, events: readonly EventEnvelope[]): void
  gap(generation: number, cursor: string, gap: Gap): void
  /** To one that asked: what it missed; nothing between `after` and `cursor`: no more than where we stand. */
  answer(to: string, generation: number, missed: Missed): void
  beat(generation: number, pulse: Omit<Said<'beat'>, 't' | 'generation'>): void
  handover(generation: number, to: string, cursor: string | null, seen: readonly string[]): void
  /** Asks the leader where it stands; with `after` for what came since, with `lead` for the leadership, with `wake` to poll at once. */
  ask(asked?: { after?: string | null; lead?: boolean; wake?: boolean }): void
  close(): void
}

export function createRelay(deps: {
  platform: Pick<Platform, 'channels'>
  instanceId: string
  sh: string
  deploy: () => number
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

  function post<T extends TopicRelay['t']>(topic: Topic, frame: Said<T>): void {
    channels.get(topic)?.post({ v: 1, sh, from: instanceId, deploy: deps.deploy(), ...frame })
  }

  function postBatch(
    { after, cursor, events }: Omit<Missed, 'after'> & { after: string | null },
    rest: { generation: number; to?: string },
  ): void {
    for (const topic of TOPICS) {
      const own = events.filter((event) => event.topic === topic)
      post<'batch'>(topic, { t: 'batch', ...rest, after, cursor, events: own, topics: [...TOPICS] })
    }
  }

  return {
    batch: (generation, after, cursor, events) => postBatch({ after, cursor, events }, { generation }),
    gap(generation, cursor, gap) {
      for (const topic of TOPICS) post<'gap'>(topic, { t: 'gap', generation, cursor, gap })
    },
    answer: (to, generation, missed) => postBatch(missed, { generation, to }),
    beat: (generation, pulse) => post<'beat'>(TOPICS[0], { t: 'beat', generation, ...pulse }),
    handover: (generation, to, cursor, seen) =>
      post<'handover'>(TOPICS[0], { t: 'handover', generation, to, cursor, seen: [...seen] }),
    ask({ after = null, lead = false, wake = false } = {}) {
      const asked = {
        ...(after === null ? {} : { after }),
        ...(lead ? { lead } : {}),
        ...(wake ? { wake } : {}),
      }
      post<'ask'>(TOPICS[0], { t: 'ask', generation: 0, ...asked })
    },
    close() {
      for (const channel of channels.values()) channel.close()
    },
  }
}
