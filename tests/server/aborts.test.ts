import { expect, test } from 'vitest'
import { abortStorm } from '../support/abort-storm.ts'
import { createDraw } from '../support/draw.ts'

/** A waiter that is kept holds its request, answer and socket: several KiB. */
const BYTES_A_CYCLE_MAX = 1024

test('a thousand clients that connect, poll and are gone leave no waiter and no memory behind', async () => {
  const story = await abortStorm({ cycles: 1000, fraction: createDraw(1).fraction })
  expect(story).toMatchObject({ left: 0, sessionsLeft: 0 })
  expect(story.heldMax).toBeGreaterThan(0)
  expect(story.heapEndKib - story.heapWarmKib).toBeLessThan((1000 * BYTES_A_CYCLE_MAX) / 1024)
}, 60_000)
