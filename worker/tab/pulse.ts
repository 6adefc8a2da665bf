import type { Page } from './page.ts'

/** How often a page that is looked at makes sure of its runtime. */
export const PULSE_MS = 8000
/** What a runtime has to answer a ping. A long task is no hanging. */
export const PULSE_ANSWER_MS = 3500
/** Afterwards, at random: our own page may be the one that hung, and the answer wait in its queue. */
export const PULSE_JITTER_MS = 400

export interface Pulse {
  begin(): void
  /** Any frame at all: it lives. */
  heard(): void
  check(): void
}

/**
 * Nothing tells that a runtime hangs: its lock is held, its port is open and its queue takes all. So a page that somebody
 * looks at asks now and then, when it has heard nothing meanwhile. A hidden page asks nothing: its timers are throttled.
 */
export function createPulse(
  page: Pick<Page, 'clock' | 'state' | 'fraction'>,
  { ping, onHung, signal }: { ping: (n: number) => void; onHung: () => void; signal: AbortSignal },
): Pulse {
  const { clock } = page
  let heardAt = clock.monotonicMs()
  let asked = 0
  let isAsking = false
  let cancel = () => {}

  function wait(ms: number, fn: () => void): void {
    cancel()
    cancel = clock.after(ms, () => signal.aborted || fn())
  }

  function check(): void {
    if (isAsking || signal.aborted || !page.state().visible) return
    isAsking = true
    const since = clock.monotonicMs()
    ping((asked += 1))
    const isSilent = () => heardAt < since
    wait(PULSE_ANSWER_MS, () => {
      if (!isSilent()) return settle()
      wait(Math.round(page.fraction() * PULSE_JITTER_MS), () => {
        if (isSilent() && page.state().visible) onHung()
        settle()
      })
    })
  }

  function settle(): void {
    isAsking = false
    wait(PULSE_MS, () => {
      if (clock.monotonicMs() - heardAt >= PULSE_MS) check()
      if (!isAsking) settle()
    })
  }

  signal.addEventListener('abort', () => cancel(), { once: true })
  return {
    begin: settle,
    check,
    heard() {
      heardAt = clock.monotonicMs()
    },
  }
}
