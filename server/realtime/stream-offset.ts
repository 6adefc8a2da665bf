import type { Cursor, Position } from './broker.ts'
import { parseCursor } from './cursor.ts'

/** Durable Streams 1.0 §6: offsets of one epoch sort as text in the order of the feed, so numbers have one width. */
const DIGITS = 15

export function formatOffset({ epoch, seq }: Cursor): string {
  return `${epoch}.${String(seq).padStart(DIGITS, '0')}`
}

/** `-1` is the oldest that is kept, `now` the tip; null for what nobody wrote. */
export function readOffset(text: string, { epoch, last, trimmed }: Position): Cursor | null {
  if (text === '-1') return { epoch, seq: trimmed }
  if (text === 'now') return { epoch, seq: last }
  return parseCursor(text)
}

const INTERVAL_MS = 20_000
const SINCE_MS = Date.UTC(2024, 9, 9)

/** §8.1: rises with time, so that a cache that joins readers never joins them to an answer of long ago. */
export function streamCursor(now: number, echoed: string | null): string {
  const interval = Math.floor((now - SINCE_MS) / INTERVAL_MS)
  const last = echoed !== null && /^\d{1,12}$/.test(echoed) ? Number(echoed) : -1
  return String(last >= interval ? last + 1 : interval)
}
