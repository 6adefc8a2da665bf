import { Counter, Histogram, type Registry } from 'prom-client'
import type { ProblemCode } from '../../worker/wire/problem.ts'
import type { Outcome } from '../../worker/wire/subscribe.ts'

/** A hold is 25 s less a tenth: where a proxy cuts sooner, the weight moves to the left. */
const HELD_BUCKETS_S = [0.05, 0.5, 1, 2, 5, 10, 15, 20, 22.5, 25, 30]
/** At the leading edge at once, within a burst 25 ms later; what is beyond that is trouble. */
const LAG_BUCKETS_S = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]

/** Notes what became of each poll, in seconds and counts; never of whom. */
export interface PollMeter {
  /** `lagMs`: from the oldest event of the answer to its writing; null where the poll did not wait for it. */
  answered(outcome: Outcome, heldMs: number, lagMs: number | null): void
  refused(code: ProblemCode): void
  /** 95 of 100 deliveries since the last call took no longer, ms; null when there were none. */
  takeLagP95(): number | null
}

/** Of more deliveries than this between two samples the first ones speak for all. */
const LAGS_MAX = 5000

export function createPollMeter(registers: Registry[]): PollMeter {
  const held = new Histogram({
    name: 'rt_poll_held_seconds',
    help: 'How long a poll was held before it was answered.',
    labelNames: ['outcome'],
    buckets: HELD_BUCKETS_S,
    registers,
  })
  const lag = new Histogram({
    name: 'rt_deliver_lag_seconds',
    help: 'From an event to the answer of a poll that waited for it.',
    buckets: LAG_BUCKETS_S,
    registers,
  })
  const refusals = new Counter({
    name: 'rt_poll_refusals_total',
    help: 'Polls that were answered with a problem.',
    labelNames: ['code'],
    registers,
  })
  let lags: number[] = []
  return {
    answered(outcome, heldMs, lagMs) {
      held.observe({ outcome }, heldMs / 1000)
      if (lagMs === null) return
      lag.observe(lagMs / 1000)
      if (lags.length < LAGS_MAX) lags.push(lagMs)
    },
    refused: (code) => refusals.inc({ code }),
    takeLagP95() {
      const sorted = lags.toSorted((a, b) => a - b)
      lags = []
      return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? null
    },
  }
}
