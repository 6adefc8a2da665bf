import { expect, test } from 'vitest'
import { pollFigures } from './poll-figures.ts'
import type { Poll } from './request-watch.ts'

const poll = (from: number, to: number | null, parts: Partial<Poll> = {}): Poll => ({
  method: 'GET',
  url: '/realtime/subscribe?p=one',
  pollerId: 'one',
  from,
  to,
  status: to === null ? 0 : 200,
  cut: false,
  ...parts,
})

test('a poll that is open all the time leaves no gap', () => {
  expect(pollFigures([poll(0, null)], 1000, 11_000)).toEqual({
    seconds: 10,
    polls: 1,
    noPollerPercent: 0,
    betweenPercent: 0,
    longGaps: 0,
    worstGapMs: 0,
    twoPollersPercent: 0,
    longestTwoMs: 0,
  })
})

test('nobody polling from the begin, in the middle and to the end is counted, and only long gaps as such', () => {
  const polls = [poll(100, 1000, { cut: true }), poll(1300, 9900, { pollerId: 'two' })]
  expect(pollFigures(polls, 0, 10_000)).toMatchObject({ noPollerPercent: 5, longGaps: 1, worstGapMs: 300 })
})

test('the time between two polls of one leadership is told apart from a takeover', () => {
  const answered = [poll(0, 5000), poll(5010, 10_000)]
  expect(pollFigures(answered, 0, 10_000)).toMatchObject({ noPollerPercent: 0.1, betweenPercent: 0.1 })
  const another = [poll(0, 5000), poll(5010, 10_000, { pollerId: 'two' })]
  expect(pollFigures(another, 0, 10_000)).toMatchObject({ noPollerPercent: 0.1, betweenPercent: 0 })
})

test('several polls at once are one stretch, as long as any two of them are open', () => {
  const polls = [poll(0, 5000), poll(4000, 10_000), poll(4900, 5200)]
  expect(pollFigures(polls, 0, 10_000)).toMatchObject({ twoPollersPercent: 12, longestTwoMs: 1200 })
})

test('a refused poll is nobody polling; one that was cut off was a poll', () => {
  const refused = [poll(0, 5000), poll(5000, 5400, { status: 401 }), poll(5400, null)]
  expect(pollFigures(refused, 0, 10_000)).toMatchObject({ worstGapMs: 400 })
  const cut = [poll(0, 5000, { status: 499, cut: true }), poll(5000, null)]
  expect(pollFigures(cut, 0, 10_000)).toMatchObject({ worstGapMs: 0 })
})
