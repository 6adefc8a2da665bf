import type { EventEnvelope } from '../../worker/wire/event.ts'

/** What a poll may be told: what it asked for, cut to what its token grants. */
export interface PollFilter {
  /** Equal for equal filters: polls of one signature are told the same bytes. */
  signature: string
  admits: (event: EventEnvelope) => boolean
}

export function createPollFilter(topics: readonly string[], properties: readonly string[]): PollFilter {
  const topicSet = new Set(topics)
  const propertySet = new Set(properties)
  return {
    signature: `${[...topicSet].toSorted().join()}|${[...propertySet].toSorted().join()}`,
    admits: (event) => topicSet.has(event.topic) && propertySet.has(event.propertyId),
  }
}
