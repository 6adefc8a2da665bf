import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLoopGuard } from '../../worker/core/loop-guard.ts'

const stepsMs = fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 300 })

test('[PL13] a server that answers at once for ever is asked less than forty times in the first minute', () => {
  const guard = createLoopGuard()
  let now = 0
  let answers = 0
  while (now < 60_000) {
    answers += 1
    now += 1 + guard('stuck', now)
  }
  expect(answers).toBeLessThan(40)
})

test('[PL13] five answers within half a second at one cursor always bring a pause, and it doubles to a minute', () => {
  const guard = createLoopGuard()
  const burst = () => Math.max(...Array.from({ length: 5 }, () => guard('stuck', 0)))
  expect(Array.from({ length: 8 }, burst)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
})

test('[PL13] a cursor that moves is never slowed down', () => {
  fc.assert(
    fc.property(stepsMs, (steps) => {
      const guard = createLoopGuard()
      let now = 0
      steps.forEach((step, index) => expect(guard(`c${index}`, (now += step))).toBe(0))
    }),
  )
})

test('[PL13] answers that come more than 125 ms apart are never slowed down', () => {
  fc.assert(
    fc.property(stepsMs, (steps) => {
      const guard = createLoopGuard()
      let now = 0
      for (const step of steps) expect(guard('same', (now += 126 + step))).toBe(0)
    }),
  )
})

test('[PL13] once the cursor has moved the pauses begin small again', () => {
  const guard = createLoopGuard()
  for (let i = 0; i < 15; i += 1) guard('stuck', 0)
  guard('moved', 0)
  for (let i = 0; i < 4; i += 1) guard('stuck', 0)
  expect(guard('stuck', 0)).toBe(1000)
})
