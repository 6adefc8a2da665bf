import { expect, test } from 'vitest'
import { createRequestWatch } from './request-watch.ts'
import type { LogLine } from './server-process.ts'

const life = (at: number) => ({ msg: '[Request][life]', at })
const poll = (n: number, at: number) => ({
  msg: '[Request][begun]',
  n,
  at,
  method: 'GET',
  url: `/realtime/subscribe?p=poller-${n}-${at}`,
})

test('what a killed server had open is over when the next one begins, and its numbers are nobody else’s', () => {
  const lines: LogLine[] = [life(0), poll(1, 5), poll(2, 6)]
  const watch = createRequestWatch(lines)
  expect(watch.open()).toHaveLength(2)
  lines.push(life(100), poll(1, 110))
  expect(watch.open().map(({ pollerId }) => pollerId)).toEqual(['poller-1-110'])
  expect(watch.polls().map(({ from, to, cut }) => [from, to, cut])).toEqual([
    [5, 100, true],
    [6, 100, true],
    [110, null, false],
  ])
})
