import type { LocalWrite } from '../realtime/local-writes.ts'
import { changes, onTheWay } from './unsent-words.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Writes on their way that somebody may have forgotten they made. */
export function oldWrites<W extends Pick<LocalWrite, 'state' | 'at'>>(
  writes: readonly W[],
  now: number,
): W[] {
  return onTheWay(writes).filter(({ at }) => at <= now - DAY_MS)
}

/** "12 changes from yesterday are being sent." @param oldestAt wall-clock ms */
export function oldWritesWords(count: number, oldestAt: number, now: number, locale?: string): string {
  return `${changes(count)} ${fromWords(oldestAt, now, locale)} ${count === 1 ? 'is' : 'are'} being sent.`
}

function fromWords(oldestAt: number, now: number, locale?: string): string {
  const yesterday = new Date(now)
  yesterday.setDate(yesterday.getDate() - 1)
  if (new Date(oldestAt).toDateString() === yesterday.toDateString()) return 'from yesterday'
  return `from ${new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long' }).format(oldestAt)} and later`
}
