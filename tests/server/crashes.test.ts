import { expect, test } from 'vitest'
import { crashLoop } from '../support/crash-loop.ts'
import { createDraw } from '../support/draw.ts'
import { SOURCES } from '../support/server-process.ts'

test(
  'a server killed in the middle of writes loses and doubles neither a row nor an event it has acknowledged',
  { timeout: 90_000 },
  async () => {
    const story = await crashLoop({
      times: 3,
      writesMax: 40,
      fraction: createDraw(3).fraction,
      main: SOURCES,
    })
    expect(story.written).toBeGreaterThan(3)
    expect(story).toMatchObject({
      refused: [],
      lostRows: 0,
      doubledRows: 0,
      lostEvents: 0,
      doubledEvents: 0,
    })
    // A feed that died without a snapshot is another one.
    expect(story.gaps).toBeGreaterThan(0)
  },
)
