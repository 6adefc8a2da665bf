import { launchRealChromium } from '../support/real-chromium.ts'
import { onStage } from '../support/stage.ts'
import { storm } from '../support/storm.ts'

const HOSTS = ['shared-worker', 'tab'] as const
const STEP_MS = 2600
/** With what the actions themselves take, a little more than 76 s. */
const STEPS = 28

/** Weather in real tabs, polls counted at the server. What is not as it should be afterwards is printed and is a failure. */
export async function storms({ seeds = 4, steps = STEPS }: { seeds?: number; steps?: number }) {
  const rows: Record<string, string | number>[] = []
  for (const host of HOSTS) {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const weather = { seed, steps, stepMs: STEP_MS, hostOf: () => host }
      const { figures, actions, wrong } = await onStage(launchRealChromium, (engine, server) =>
        storm(engine, server, weather),
      )
      for (const line of wrong) console.error(`${host}, seed ${seed}: ${line}`)
      if (wrong.length > 0) process.exitCode = 1
      rows.push({
        host,
        seed,
        s: figures.seconds,
        'no poller %': figures.noPollerPercent,
        'of it between polls %': figures.betweenPercent,
        'gaps > 250 ms': figures.longGaps,
        'worst gap ms': figures.worstGapMs,
        'two pollers %': figures.twoPollersPercent,
        'longest two ms': figures.longestTwoMs,
        actions: Object.entries(actions)
          .map(([action, times]) => `${times} ${action}`)
          .join(', '),
        wrong: wrong.length,
      })
    }
  }
  return { title: 'Storm: pollers of one session at the server', rows }
}
