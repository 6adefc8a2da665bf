import { expect, test } from 'vitest'
import { workerName } from '../../worker/tab/worker-name.ts'

test('[TB14] options and recovery are part of the name: workers that differ in them never meet under one', () => {
  const names = [
    workerName('b1', 0),
    workerName('b2', 0),
    workerName('b1', 1),
    workerName('b1', 0, { type: 'module' }),
    workerName('b1', 0, { type: 'module', extendedLifetime: false }),
  ]
  expect(new Set(names).size).toBe(names.length)
  expect(workerName('b1', 0)).toBe(names[0])
})
