import type { LedgerLine } from './day-groups.ts'

/** Heights in px of the kinds of line; `trouble` is a row that says what is wrong and offers the way out. */
export interface LineHeights {
  row: number
  day: number
  trouble: number
}

export function lineHeight(line: LedgerLine, heights: LineHeights): number {
  if (line.kind === 'day') return heights.day
  const state = line.view.write?.state
  return state === 'conflict' || state === 'rejected' ? heights.trouble : heights.row
}

/** Top edge of each line in px, with the bottom edge of the last behind them. */
export function lineStarts(lines: readonly LedgerLine[], heights: LineHeights): Float64Array {
  const starts = new Float64Array(lines.length + 1)
  for (const [i, line] of lines.entries()) starts[i + 1] = (starts[i] ?? 0) + lineHeight(line, heights)
  return starts
}

/** The line that an offset falls into; the last one past the end. */
export function lineAt(starts: Float64Array, offset: number): number {
  let low = 0
  let high = Math.max(0, starts.length - 2)
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

export interface Placed {
  lines: readonly LedgerLine[]
  starts: Float64Array
}

/**
 * How far the reader must be scrolled so that what they look at stays where it is while lines come and go above it: by
 * as much as the first line in view that is still there was moved.
 */
export function anchorShift(before: Placed, after: Placed, scrollTop: number): number {
  const indexOf = new Map(after.lines.map((line, i) => [line.key, i]))
  for (let i = lineAt(before.starts, scrollTop); i < before.lines.length; i++) {
    const key = before.lines[i]?.key
    const now = key === undefined ? undefined : indexOf.get(key)
    if (now !== undefined) return (after.starts[now] ?? 0) - (before.starts[i] ?? 0)
  }
  return 0
}
