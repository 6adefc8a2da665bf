import type { Clock } from '../deps.ts'
import type { RealtimeFigures } from '../realtime/figures.ts'

/** Between two samples. */
export const SAMPLE_MS = 10_000
/** Three hours: who looks at two sees what happened at noon. */
export const SAMPLES_MAX = 1080

/** How this process stood at one moment; all but the first three are since its start. */
export interface Sample {
  /** Wall-clock ms. */
  at: number
  waiters: number
  sessions: number
  /** 95 of 100 deliveries since the last sample took no longer, ms; null when there were none. */
  lagMs: number | null
  published: number
  delivered: number
  polls: Record<string, number>
  gaps: Record<string, number>
  dropped: Record<string, number>
}

/** The last hours of this process, so that a page that is opened after the trouble shows the trouble. */
export function createHistory(deps: {
  clock: Clock
  figures: () => RealtimeFigures
  lagP95: () => number | null
}): { begin(): void; since(at: number): Sample[]; close(): void } {
  const { clock } = deps
  const samples: Sample[] = []
  let cancel = () => {}

  function sample(): void {
    const { waiters, published, delivered, polls, gaps, dropped } = deps.figures()
    const { total, sessions } = waiters
    const at = clock.now()
    samples.push({
      at,
      waiters: total,
      sessions,
      lagMs: deps.lagP95(),
      published,
      delivered,
      polls,
      gaps,
      dropped,
    })
    if (samples.length > SAMPLES_MAX) samples.shift()
    cancel = clock.after(SAMPLE_MS, sample)
  }

  return {
    begin: sample,
    since: (at) => samples.filter((each) => each.at > at),
    close: () => cancel(),
  }
}
