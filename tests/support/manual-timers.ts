/** Time that passes only when told to: `now` and `after` as the app's pure parts take them. */
export interface ManualTimers {
  now(): number
  after(ms: number, fn: () => void): () => void
  /** Lets so much time pass, running what falls due in order, and lets promises settle after each. */
  pass(ms: number): Promise<void>
  pending(): number
}

export function createManualTimers(): ManualTimers {
  let time = 0
  let timers: { at: number; fn: () => void }[] = []

  return {
    now: () => time,
    after(ms, fn) {
      const timer = { at: time + ms, fn }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    async pass(ms) {
      const end = time + ms
      await settle()
      for (;;) {
        const due = timers.filter((timer) => timer.at <= end).toSorted((a, b) => a.at - b.at)[0]
        if (!due) break
        timers = timers.filter((timer) => timer !== due)
        time = Math.max(time, due.at)
        due.fn()
        await settle()
      }
      time = end
    },
    pending: () => timers.length,
  }
}

/** Lets every promise that can settle now do so. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}
