import { createHash } from 'node:crypto'
import * as v from 'valibot'
import type { LeftFeed } from './memory-broker.ts'

/** Rises with the form of what is written below. */
const VERSION = 1
/** Older than that, whoever polled has met more gaps than a new epoch makes, and the numbers are worth nothing. */
export const SNAPSHOT_AGE_MAX_MS = 2 * 60 * 1000

const Head = v.object({ v: v.literal(VERSION), savedAt: v.number(), feeds: v.number() })
const Versioned = v.object({ v: v.number() })

/**
 * Lines of JSON: what it is, each feed, and a digest of all before it. A file that was cut short, mixed up or written by
 * another version is told from a whole one without a look at its feeds.
 */
export function* writeSnapshot(feeds: readonly LeftFeed[], now: number): Generator<string> {
  const hash = createHash('sha256')
  function line(value: unknown): string {
    const text = `${JSON.stringify(value)}\n`
    hash.update(text)
    return text
  }
  yield line({ v: VERSION, savedAt: now, feeds: feeds.length })
  for (const feed of feeds) yield line(feed)
  yield `${hash.digest('hex')}\n`
}

/** The feeds, or in words why there are none. `now` is the wall clock of the reader. */
export function readSnapshot(bytes: Buffer, now: number): LeftFeed[] | string {
  const lines = linesOf(bytes)
  const first = parse(lines[0])
  if (v.is(Versioned, first) && first.v !== VERSION) return `it is of version ${first.v}`
  const end = bytes.lastIndexOf('\n', -2) + 1
  const digest = createHash('sha256').update(bytes.subarray(0, end)).digest('hex')
  if (bytes.subarray(end).toString() !== `${digest}\n`) return 'it is not whole'
  if (!v.is(Head, first) || lines.length !== first.feeds + 2) return 'it is not whole'
  const ageMs = now - first.savedAt
  if (ageMs > SNAPSHOT_AGE_MAX_MS) return `it is ${Math.round(ageMs / 1000)} s old`
  // The clock was set back: how old it is cannot be known.
  if (ageMs < 0) return `it is ${Math.round(-ageMs / 1000)} s ahead of the clock`
  const feeds = lines.slice(1, -1).map((each) => parse(each) as LeftFeed)
  return feeds.every(holdsTogether) ? feeds : 'its numbers contradict each other'
}

/** The invariant of a buffer: events are exactly those with seq in `(trimmed, last]`. */
function holdsTogether({ events, trimmed, last }: LeftFeed): boolean {
  return (
    events.length === last - trimmed && events.every(({ event }, index) => event.seq === trimmed + 1 + index)
  )
}

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf('\n', from)
    const to = end < 0 ? bytes.length : end
    lines.push(bytes.subarray(from, to))
    from = to + 1
  }
  return lines
}

function parse(line: Buffer | undefined): unknown {
  try {
    return JSON.parse(line?.toString() ?? '')
  } catch {
    return null
  }
}
