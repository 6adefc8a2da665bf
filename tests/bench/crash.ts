import { crashLoop } from '../support/crash-loop.ts'
import { createDraw } from '../support/draw.ts'

/** kill -9 in a loop of writes; anything lost or doubled is a failure. */
export async function crash({ times = 20, seed = 1 }: { times?: number; seed?: number }) {
  const story = await crashLoop({ times, writesMax: 400, fraction: createDraw(seed).fraction })
  for (const why of new Set(story.refused)) console.error(`refused: ${why}`)
  const { refused, lostRows, doubledRows, lostEvents, doubledEvents } = story
  if (refused.length + lostRows + doubledRows + lostEvents + doubledEvents > 0) process.exitCode = 1
  const rows = [
    {
      'kill -9': story.crashes,
      'writes acknowledged': story.written,
      'tries left without an answer': story.unanswered,
      refused: refused.length,
      'rows lost': lostRows,
      'rows doubled': doubledRows,
      'events lost': lostEvents,
      'events doubled': doubledEvents,
      'gaps told': story.gaps,
    },
  ]
  return { title: 'kill -9 in a loop of writes', rows }
}
