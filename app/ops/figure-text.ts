const count = new Intl.NumberFormat()

export function countText(value: number): string {
  return count.format(value)
}

const rate = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3, notation: 'compact' })

/** A measured value, as precise as a glance needs. */
export function rateText(value: number): string {
  return rate.format(value)
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
  all: 'For any reason',
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
  waitersPerNodeMax: 'Polls held in all',
  orgIdleEvictMs: 'Quiet organisations let go after',
}

const TELEMETRY: Record<string, string> = {
  fast_empty: 'Poll ended early without anything new',
  leader_acquired: 'A runtime began to lead',
  leader_takeover: 'Leadership taken over',
  auth_401: 'Refused: not signed in',
  auth_403: 'Refused: not allowed',
  network_0: 'No answer',
  gap: 'Gap',
  outbox_parked: 'A write was put aside',
  refresh_failed: 'A token could not be renewed',
}

/** What clients report, in words. */
export function telemetryText(name: string): string {
  return TELEMETRY[name] ?? nameText(name)
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
