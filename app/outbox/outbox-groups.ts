import type { LocalWrite } from '../realtime/local-writes.ts'
import { needsPerson } from '../realtime/needs-person.ts'

export interface OutboxEntry {
  /** The place in its lane. It stays when a write gets a new key, so that its line is not drawn anew under the reader. */
  key: string
  write: LocalWrite
}

export interface OutboxGroup {
  name: 'needs-you' | 'waiting' | 'sending'
  title: string
  entries: OutboxEntry[]
}

/** The writes with a key for each; in the order of entering. */
export function entriesOf(writes: readonly LocalWrite[]): OutboxEntry[] {
  const counts = new Map<string, number>()
  return writes.map((write) => {
    const lane = `${write.topic} ${write.row.id}`
    const place = counts.get(lane) ?? 0
    counts.set(lane, place + 1)
    return { key: `${lane} ${place}`, write }
  })
}

/**
 * What needs a person first, then what waits, then what is being sent. `isLong`: it has been sent for a while; what is
 * through in a blink stays where it waited, for a list that jumps at every try cannot be read.
 */
export function groupsOf(
  entries: readonly OutboxEntry[],
  isLong: (entry: OutboxEntry) => boolean,
): OutboxGroup[] {
  const groups: OutboxGroup[] = [
    { name: 'needs-you', title: 'Needs you', entries: [] },
    { name: 'waiting', title: 'Waiting', entries: [] },
    { name: 'sending', title: 'Sending', entries: [] },
  ]
  const [stuck, waiting, sending] = groups.map(({ entries }) => entries)
  for (const entry of entries) {
    const isSending = entry.write.state === 'sending' && isLong(entry)
    const target = needsPerson(entry.write) ? stuck : isSending ? sending : waiting
    target?.push(entry)
  }
  return groups.filter(({ entries }) => entries.length > 0)
}
