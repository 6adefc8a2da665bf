import { abortStorm } from '../support/abort-storm.ts'
import { createDraw } from '../support/draw.ts'

/** Clients that connect, poll and are gone. A waiter that stays is a failure. */
export async function aborts({ cycles = 10_000, seed = 1 }: { cycles?: number; seed?: number }) {
  const story = await abortStorm({ cycles, fraction: createDraw(seed).fraction })
  if (story.left > 0) process.exitCode = 1
  const rows = [
    {
      'connect and abort': story.cycles,
      'held at once, most': story.heldMax,
      'waiters left': story.left,
      'heap KiB before': story.heapWarmKib,
      'heap KiB after': story.heapEndKib,
      'bytes a cycle': Math.round((1024 * (story.heapEndKib - story.heapWarmKib)) / story.cycles),
    },
  ]
  return { title: 'Clients that connect, poll and are gone', rows }
}
