import { expect, it } from 'vitest'
import { loneDay, shortDay } from '../../app/finance/day-text.ts'

it("a day that stands alone tells its year when it is not the reader's", () => {
  const today = '2026-11-23'
  expect(loneDay('2026-11-20', today)).toBe(shortDay('2026-11-20'))
  expect(loneDay('2024-02-29', today)).toContain('2024')
  expect(loneDay('0026-11-20', today)).not.toBe(shortDay('2026-11-20'))
})
