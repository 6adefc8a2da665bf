import type { Poll } from './request-watch.ts'

/** Longer without a poll, and a person may notice. */
export const GAP_MS = 250

/** What a stretch of time looked like at the server of one login session. */
export interface PollFigures {
  seconds: number
  polls: number
  /** Share of the time in which no poll was open. */
  noPollerPercent: number
  /** The part of it between two polls of one leadership: the price of polling at all. */
  betweenPercent: number
  /** Stretches without a poll longer than `GAP_MS`. */
  longGaps: number
  worstGapMs: number
  twoPollersPercent: number
  longestTwoMs: number
}

interface Stretch {
  from: number
  to: number
  open: number
  /** Nobody polls, and nobody had to take over. */
  isBetween: boolean
}

/** Wall-clock ms `from` and `to`; a refused poll (401, 409) was nobody's and is passed over. */
export function pollFigures(all: readonly Poll[], from: number, to: number): PollFigures {
  const polls = all.filter(
    (poll) => (poll.cut || poll.status < 400) && (poll.to ?? to) > from && poll.from < to,
  )
  const stretches = stretchesOf(polls, from, to)
  const none = stretches.filter(({ open }) => open === 0)
  const two = stretches.filter(({ open }) => open > 1)
  const percent = (some: readonly Stretch[]) => round((100 * sum(some)) / (to - from))
  return {
    seconds: Math.round((to - from) / 1000),
    polls: polls.length,
    noPollerPercent: percent(none),
    betweenPercent: percent(none.filter(({ isBetween }) => isBetween)),
    longGaps: none.filter((stretch) => length(stretch) > GAP_MS).length,
    worstGapMs: Math.max(0, ...none.map(length)),
    twoPollersPercent: percent(two),
    longestTwoMs: Math.max(0, ...two.map(length)),
  }
}

/** The stretches of `from` to `to` in which nobody, one or several poll; several are one stretch, however many. */
function stretchesOf(polls: readonly Poll[], from: number, to: number): Stretch[] {
  const turns = polls
    .flatMap((poll) => [
      { at: Math.max(from, poll.from), change: 1, poll },
      { at: Math.min(to, poll.to ?? to), change: -1, poll },
    ])
    // Of one millisecond the begin comes first: an answer and the next poll in it leave no gap.
    .toSorted((a, b) => a.at - b.at || b.change - a.change)
  const stretches: Stretch[] = []
  let at = from
  let open = 0
  let last: Poll | null = null
  for (const { at: next, change, poll } of turns) {
    const isBetween = open === 0 && change === 1 && last?.pollerId === poll.pollerId
    add({ from: at, to: next, open: Math.min(open, 2), isBetween })
    at = next
    open += change
    if (change === -1) last = poll
  }
  add({ from: at, to, open: Math.min(open, 2), isBetween: false })
  return stretches

  function add(stretch: Stretch): void {
    if (length(stretch) === 0) return
    const before = stretches.at(-1)
    if (before?.open === stretch.open) before.to = stretch.to
    else stretches.push(stretch)
  }
}

const length = (stretch: Stretch) => stretch.to - stretch.from
const sum = (some: readonly Stretch[]) => some.reduce((total, stretch) => total + length(stretch), 0)
const round = (value: number) => Math.round(value * 100) / 100
