const count = new Intl.NumberFormat()

export function countText(value: number): string {
  return count.format(value)
}

/** Bytes in the unit in which they are easiest to read, binary. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}

/** Milliseconds as people say them. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${ms} ms`
  if (ms < 120_000) return `${ms / 1000} s`
  return `${ms / 60_000} min`
}

const NAMES: Record<string, string> = {
  tip: 'Position only',
  superseded: 'Taken over by a newer poll',
  waiter_cap: 'Not held, too many',
  drain: 'Server going down',
  events: 'With events',
  timeout: 'Nothing new',
  gap: 'Gap, read all again',
  trimmed: 'Events no longer kept',
  epoch: 'Another start of the feed',
  ahead: 'Position from the future',
  overflow: 'Too much for one answer',
  count: 'Too many',
  ttl: 'Too old',
  bytes: 'Too large together',
  bufferEventsMax: 'Events kept per organisation',
  eventTtlMs: 'Events kept for',
  holdMs: 'A poll is held for',
  waitersPerOrgMax: 'Polls held per organisation',
  orgIdleEvictMs: 'Quiet organisations let go after',
}

/** What a figure is called on the page; one this page has no words for is shown under its own name, spaced. */
export function nameText(name: string): string {
  const known = NAMES[name]
  if (known !== undefined) return known
  const words = name
    .replace(/Ms$/, '')
    .replaceAll('_', ' ')
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
