import type { Clock, Random } from '../deps.ts'
import type { Outcome, SubscribeAnswer } from '../../worker/wire/subscribe.ts'
import type { Deadlines } from './deadlines.ts'
import type { SessionFence } from './session-fence.ts'
import type { Waiters } from './waiters.ts'

type Retry = SubscribeAnswer['retry']

export interface DrainPlan {
  /** Held polls may end by themselves for so long; 0 answers all of them now. */
  withinMs: number
  /** From the end of this process until another takes polls at its address. */
  awayMs: number
}

export interface Drain {
  isDraining: () => boolean
  /** From now on no poll is held past the last hold. Resolves when none is held any more; a second call waits for the first. */
  begin(plan: DrainPlan): Promise<void>
  /** How long a poll that comes now may be held, ms; 0 is "not at all". */
  mayHoldMs: () => number
  /** When a poll that is answered so while we leave should come again; null when we stay. */
  retry(outcome: Outcome): Retry | null
}

/** Those who were told to come back do so over this time: half a millisecond each, so that two thousand come in a second. */
const SPREAD_PER_POLL_MS = 0.5
const SPREAD_MIN_MS = 2000
const SPREAD_MAX_MS = 10_000
const LOOK_MS = 50
/** Who would be held for less than that is sent past the restart: of those who hear something every few seconds hardly one is cut. */
const WORTH_HOLDING_MS = 10_000
/** By then who was told to come at once is here, and finds what was meant. */
const ON_THE_WAY_MS = 1000
const AT_ONCE: Retry = { afterMs: 0, reason: 'none' }

/**
 * How the polls of a server leave that is about to stop. Every hold was going to end within its time anyway: left alone
 * they cost not one request more than a server that stays (dunglas/mercure lets a shutdown ride its write timeout the same
 * way). No other process knows these feeds, so whose hold has ended is sent past the restart: until the last hold ends, and
 * until somebody listens again. Who is told something comes again as ever and is told the next thing too, until the last
 * seconds: where much happens nobody goes without it for the time of a hold. A time too short for the holds is spread over
 * those it cuts.
 */
export function createDrain(deps: {
  clock: Clock
  random: Pick<Random, 'fraction'>
  fence: Pick<SessionFence, 'polling' | 'end'>
  waiters: Pick<Waiters, 'total'>
  deadlines: Pick<Deadlines, 'at' | 'latest'>
}): Drain {
  const { clock, random, fence, waiters, deadlines } = deps
  let leaving: { endsAt: number; awayMs: number; spreadMs: number; ended: Promise<void> } | null = null

  const heldFor = (now: number) => Math.max(0, (deadlines.latest() ?? now) - now)

  function endAll(): void {
    for (const sid of fence.polling()) fence.end(sid, 'drain')
  }

  function cutWithin(now: number, withinMs: number): void {
    if (withinMs === 0) return endAll()
    if (heldFor(now) <= withinMs) return
    for (const sid of fence.polling())
      deadlines.at(now + random.fraction() * withinMs, () => fence.end(sid, 'drain'))
  }

  async function noneHeld(endsAt: number): Promise<void> {
    while (waiters.total() > 0 && clock.monotonicMs() < endsAt)
      await new Promise<void>((resolve) => void clock.after(LOOK_MS, resolve))
    endAll()
  }

  const leftMs = () => (leaving ? leaving.endsAt - clock.monotonicMs() : Infinity)
  const mayHoldMs = () => (leftMs() < WORTH_HOLDING_MS ? 0 : leftMs())

  return {
    isDraining: () => leaving !== null,
    begin({ withinMs, awayMs }) {
      if (leaving) return leaving.ended
      const now = clock.monotonicMs()
      const spreadMs = Math.min(SPREAD_MAX_MS, Math.max(SPREAD_MIN_MS, waiters.total() * SPREAD_PER_POLL_MS))
      const endsAt = now + Math.min(withinMs, heldFor(now))
      leaving = { endsAt, awayMs, spreadMs, ended: Promise.resolve() }
      cutWithin(now, withinMs)
      leaving.ended = noneHeld(endsAt)
      return leaving.ended
    },
    mayHoldMs,
    retry(outcome) {
      if (!leaving) return null
      const isToHear = outcome === 'events' || outcome === 'tip'
      if (isToHear && leftMs() >= WORTH_HOLDING_MS + ON_THE_WAY_MS) return AT_ONCE
      const now = clock.monotonicMs()
      const untilEmptyMs = Math.min(heldFor(now), Math.max(0, leaving.endsAt - now))
      const afterMs = Math.round(untilEmptyMs + leaving.awayMs + random.fraction() * leaving.spreadMs)
      return { afterMs, reason: 'drain' }
    },
  }
}
