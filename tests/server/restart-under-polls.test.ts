import { expect, test } from 'vitest'
import { restartUnderPolls } from '../support/restart-under-polls.ts'
import { SOURCES } from '../support/server-process.ts'

test(
  'a restart under held polls and writes fails no request, loses and doubles no event, makes no gap and hardly a poll more',
  { timeout: 90_000 },
  async () => {
    const story = await restartUnderPolls({
      polls: 50,
      holdMs: 2000,
      restartMs: 5000,
      writeEveryMs: 150,
      main: SOURCES,
    })
    expect(story.written).toBeGreaterThan(10)
    expect(story).toMatchObject({ failed: [], lost: 0, doubled: 0, gaps: 0 })
    // Only those that were on their way in at the very moment come in vain.
    expect(story.extra).toBeLessThan(25)
  },
)
