import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FAST_EMPTY_MS, FAST_EMPTY_PAUSE_MS, HIDDEN_PAUSE_MS, pauseMs } from '../../worker/core/pacing.ts'
import { OUTCOMES } from '../../worker/wire/subscribe.ts'

const paced = fc.record({
  answer: fc.record({
    outcome: fc.constantFrom(...OUTCOMES),
    more: fc.boolean(),
    retry: fc.record({ afterMs: fc.nat(5000), reason: fc.constant('ok') }),
  }),
  elapsedMs: fc.nat(40_000),
  hidden: fc.boolean(),
  fraction: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
})

test('[PL11] [PL12] no pause is shorter than the server asks nor longer than its range', () => {
  fc.assert(
    fc.property(paced, (input) => {
      const waitMs = pauseMs(input)
      expect(waitMs).toBeGreaterThanOrEqual(input.answer.retry.afterMs)
      expect(waitMs).toBeLessThanOrEqual(5000)
    }),
  )
})

test('[PL12] an empty hold that ended too soon is followed by a pause of 2 to 5 seconds, seen or not', () => {
  fc.assert(
    fc.property(paced, fc.nat(FAST_EMPTY_MS - 1), (input, elapsedMs) => {
      const answer = { ...input.answer, outcome: 'timeout' as const, more: false }
      expect(pauseMs({ ...input, answer, elapsedMs })).toBeGreaterThanOrEqual(FAST_EMPTY_PAUSE_MS[0])
    }),
  )
})

test('[PL11] without a visible tab an empty hold is followed by a pause, with one by none', () => {
  const answer = { outcome: 'timeout' as const, more: false, retry: { afterMs: 0, reason: 'ok' } }
  expect(pauseMs({ answer, elapsedMs: 25_000, hidden: true, fraction: 0 })).toBe(HIDDEN_PAUSE_MS[0])
  expect(pauseMs({ answer, elapsedMs: 25_000, hidden: false, fraction: 0.9 })).toBe(0)
})

test('[PL11] [PL12] after anything that was told there is no pause of our own', () => {
  fc.assert(
    fc.property(paced, (input) => {
      fc.pre(input.answer.outcome !== 'timeout' || input.answer.more)
      expect(pauseMs(input)).toBe(input.answer.retry.afterMs)
    }),
  )
})
