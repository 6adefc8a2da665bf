import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDerived, DERIVED_DELAY_MS } from '../../app/realtime/derived.ts'
import { FLAG_DEFAULTS } from '../../worker/wire/flags.ts'
import { createManualTimers } from '../support/manual-timers.ts'

const { 'derived.windowMs': DERIVED_INTERVAL_MS } = FLAG_DEFAULTS

function setup(takesMs = 0, windowMs = () => DERIVED_INTERVAL_MS) {
  const timers = createManualTimers()
  const runs: number[] = []
  const derived = createDerived({
    now: timers.now,
    after: timers.after,
    windowMs,
    invalidate() {
      runs.push(timers.now())
      return takesMs === 0 ? Promise.resolve() : new Promise<void>((done) => timers.after(takesMs, done))
    },
  })
  return { timers, runs, derived }
}

describe('aggregates', () => {
  it('are fetched for the first change once its rows are drawn', async () => {
    const { timers, runs, derived } = setup()
    derived.touch()
    expect(runs).toEqual([])
    await timers.pass(DERIVED_DELAY_MS)
    expect(runs).toEqual([DERIVED_DELAY_MS])
  })

  it('are fetched once more at the end of the second, however many changes fell into it', async () => {
    const { timers, runs, derived } = setup()
    for (const wait of [0, 10, 10, 500]) {
      await timers.pass(wait)
      derived.touch()
    }
    await timers.pass(10_000)
    expect(runs).toEqual([DERIVED_DELAY_MS, DERIVED_DELAY_MS + DERIVED_INTERVAL_MS])
  })

  it('are fetched as seldom as the flag asks for, from the next change on', async () => {
    let asked = DERIVED_INTERVAL_MS
    const { timers, runs, derived } = setup(0, () => asked)
    asked = 7000
    for (let n = 0; n < 100; n += 1) {
      derived.touch()
      await timers.pass(100)
    }
    expect(runs).toEqual([DERIVED_DELAY_MS, DERIVED_DELAY_MS + 7000])
  })

  it('are fetched at most once a second, and after the last change of any burst, however slow the line', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 1500 }), { maxLength: 30 }),
        fc.constantFrom(0, 300, 2500),
        async (waits, takesMs) => {
          const { timers, runs, derived } = setup(takesMs)
          let lastTouch = -1
          for (const wait of waits) {
            await timers.pass(wait)
            derived.touch()
            lastTouch = timers.now()
          }
          await timers.pass(20_000)
          for (const [i, at] of runs.entries()) {
            if (i > 0)
              expect(at - (runs[i - 1] ?? 0)).toBeGreaterThanOrEqual(Math.max(DERIVED_INTERVAL_MS, takesMs))
          }
          if (lastTouch >= 0) expect(runs.at(-1)).toBeGreaterThanOrEqual(lastTouch)
          else expect(runs).toEqual([])
        },
      ),
      { numRuns: 300 },
    )
  })

  it('are left alone once stopped', async () => {
    const { timers, runs, derived } = setup()
    derived.touch()
    await timers.pass(DERIVED_DELAY_MS)
    derived.touch()
    derived.stop()
    derived.touch()
    await timers.pass(5000)
    expect(runs).toEqual([DERIVED_DELAY_MS])
  })

  it('are fetched again after a fetch that failed', async () => {
    const timers = createManualTimers()
    let runs = 0
    const derived = createDerived({
      windowMs: () => DERIVED_INTERVAL_MS,
      ...timers,
      invalidate() {
        runs += 1
        return Promise.reject(new Error('no line'))
      },
    })
    derived.touch()
    await timers.pass(DERIVED_DELAY_MS)
    derived.touch()
    await timers.pass(DERIVED_INTERVAL_MS)
    expect(runs).toBe(2)
  })
})
