import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BACKOFF_BASE_MS, BACKOFF_CAP_MS, backoffMs } from '../../worker/core/backoff.ts'

const failures = fc.integer({ min: 1, max: 5000 })
const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

test('[PL07] the wait stays below a ceiling that doubles with every failure up to a minute', () => {
  fc.assert(
    fc.property(failures, fraction, (count, chance) => {
      const waitMs = backoffMs(count, chance, null)
      expect(waitMs).toBeGreaterThanOrEqual(0)
      expect(waitMs).toBeLessThanOrEqual(Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** count))
    }),
  )
  expect([1, 2, 3, 6, 50].map((count) => backoffMs(count, 0.5, null))).toEqual([
    1000, 2000, 4000, 30_000, 30_000,
  ])
})

test('[PL07] the wait is never shorter than what the server asked for', () => {
  fc.assert(
    fc.property(failures, fraction, fc.nat(600_000), (count, chance, retryAfterMs) => {
      expect(backoffMs(count, chance, retryAfterMs)).toBe(
        Math.max(retryAfterMs, backoffMs(count, chance, null)),
      )
    }),
  )
})
