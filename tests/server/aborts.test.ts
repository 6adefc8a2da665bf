import { expect, test } from 'vitest'
import { abortStorm } from '../support/abort-storm.ts'
import { createDraw } from '../support/draw.ts'

/** What is kept of a poll holds its request, answer and socket: several KiB each, of a thousand. The rest is code that got warm. */
const HEAP_KIB_MAX = 4096

test('a thousand clients that connect, poll and are gone leave no waiter and no memory behind', async () => {
  const story = await abortStorm({ cycles: 1000, fraction: createDraw(1).fraction })
  expect(story).toMatchObject({ left: 0, sessionsLeft: 0 })
  expect(story.heldMax).toBeGreaterThan(0)
  expect(story.heapEndKib - story.heapWarmKib).toBeLessThan(HEAP_KIB_MAX)
}, 60_000)
