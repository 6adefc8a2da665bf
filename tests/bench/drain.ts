import { restartUnderPolls } from '../support/restart-under-polls.ts'
import { quantile } from './quantile.ts'

const HOLD_MS = 25_000
const RESTART_MS = 5000
const WRITE_EVERY_MS = 1000

/** SIGTERM under held polls and writes, and a start on the same port and folder. */
export async function drain({ polls = 5000 }: { polls?: number }) {
  const story = await restartUnderPolls({
    polls,
    holdMs: HOLD_MS,
    restartMs: RESTART_MS,
    writeEveryMs: WRITE_EVERY_MS,
  })
  const { held, extra, failed, lost, doubled, gaps, silences } = story
  for (const why of new Set(failed))
    console.error(`failed ${failed.filter((each) => each === why).length} times: ${why}`)
  if (failed.length + lost + doubled + gaps > 0 || extra > held * 0.05) process.exitCode = 1
  const rows = [
    {
      'polls held': held,
      'left after s': seconds(story.drainMs),
      'away s': seconds(story.awayMs),
      'failed requests': failed.length,
      'events written': story.written,
      'events lost': lost,
      doubled,
      'extra polls': extra,
      'extra %': Math.round((1000 * extra) / held) / 10,
      gaps,
      'sent again on a closed connection': story.resent,
      'writes tried while nobody listened': story.writesUnanswered,
      'longest silence s, p50': seconds(quantile(silences, 0.5)),
      p99: seconds(quantile(silences, 0.99)),
    },
  ]
  return { title: 'SIGTERM under held polls, and a start on the same port and folder', rows }
}

const seconds = (ms: number) => Math.round(ms / 100) / 10
