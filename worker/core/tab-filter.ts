import type { EventEnvelope } from '../wire/event.ts'
import type { Wants } from '../wire/port.ts'

/** The events of a batch a tab wants to hear of. It narrows what is sent to the tab, never what is polled. */
export function wantedBy(wants: Wants, events: readonly EventEnvelope[]): EventEnvelope[] {
  const topics: readonly string[] | undefined = wants.topics
  const { properties } = wants
  return events.filter(
    (event) =>
      (topics === undefined || topics.includes(event.topic)) &&
      (properties === undefined || properties.includes(event.propertyId)),
  )
}
