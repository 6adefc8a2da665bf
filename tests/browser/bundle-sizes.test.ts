import { expect, test } from 'vitest'
import { measureParts } from '../bench/bundle-sizes.ts'

test.each(measureParts())('$part stays within its budget on the wire', ({ gzipKb, budgetKb }) => {
  expect(gzipKb).toBeLessThanOrEqual(budgetKb)
})
