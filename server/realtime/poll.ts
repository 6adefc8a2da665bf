import type { ProblemCode } from '../../worker/wire/problem.ts'
import type { Clock, Random } from '../deps.ts'
import type { Caller } from '../session/caller.ts'
import type { Broker, Cursor, Position } from './broker.ts'
import type { Deadlines } from './deadlines.ts'
import { answeredInTime } from './feed-reads.ts'
import { holdTime } from './hold-time.ts'
import { CAP_RETRY_MAX_MS, CAP_RETRY_MIN_MS, type RealtimeLimits } from './limits.ts'
import type { Waiter } from './org-waiters.ts'
import { sayGap, sayNothing, type Saying } from './poll-answer.ts'
import type { PollFilter } from './poll-filter.ts'
import type { EndedBy, SessionFence } from './session-fence.ts'
import type { OrgRoom, Waiters } from './waiters.ts'

export interface Poll {
  caller: Caller
  filter: PollFilter
  /** Null: from now. */
  cursor: Cursor | null
  generation: number | null
  waitMs: number
  limit: number
  /** Calls back when the client has gone away; nobody is left to answer. */
  onGone(fn: () => void): void
}

/** `gone`: nobody is left to answer. */
export type PollEnding = Saying | ProblemCode | 'gone'

/**
 * One long poll, from its admission to its answer: the decision table. Between the last look at the feed and the moment
 * it is held there is no `await`, and the feed is watched before it is read, so that an event can fall into neither gap.
 */
export function createPolls(deps: {
  broker: Broker
  waiters: Waiters
  fence: SessionFence
  deadlines: Deadlines
  clock: Clock
  random: Pick<Random, 'fraction'>
  limits: RealtimeLimits
  /** How long a poll may be held apart from its own bounds, ms; 0 when this server is about to leave. */
  mayHoldMs: () => number
}): (poll: Poll) => Promise<PollEnding> {
  const { broker, waiters, fence, deadlines, clock, random, limits, mayHoldMs } = deps
  const between = (min: number, max: number) => Math.round(min + random.fraction() * (max - min))

  /** Why a poll that has nothing to read is answered now instead of being held; null when it may be held. */
  function answerNow(at: Cursor, poll: Poll, holdMs: number, room: OrgRoom): Saying | null {
    if (mayHoldMs() === 0) return sayNothing('drain', at)
    if (poll.waitMs === 0) return sayNothing('tip', at)
    if (holdMs === 0) return sayNothing('timeout', at, { afterMs: 0, reason: 'token' })
    const hasPlace = room.size() < limits.waitersPerOrgMax && waiters.total() < limits.waitersPerNodeMax
    if (hasPlace) return null
    const afterMs = between(CAP_RETRY_MIN_MS, CAP_RETRY_MAX_MS)
    return sayNothing('waiter_cap', at, { afterMs, reason: 'waiter_cap' })
  }

  return async (poll) => {
    const { caller, filter, limit } = poll
    let at = poll.cursor ?? tipOf(await answeredInTime(clock, broker.position(caller.orgId)))
    return new Promise<PollEnding>((resolve) => {
      const undo: (() => void)[] = []
      let settled = false
      function settle(ending: PollEnding): void {
        if (settled) return
        settled = true
        for (const step of undo) step()
        resolve(ending)
      }
      function endedBy(why: EndedBy): void {
        if (why === 'session_revoked') settle(why)
        else settle(sayNothing(why, at))
      }

      const release = fence.admit(caller.sid, poll.generation, endedBy)
      if (typeof release === 'string') return endedBy(release)
      const room = waiters.enter(caller.orgId)
      undo.push(release, room.leave)
      poll.onGone(() => settle('gone'))
      readOrHold(room).catch(() => settle('broker_down'))

      async function readOrHold(room: OrgRoom): Promise<void> {
        while (!settled) {
          const seen = room.version()
          const result = await room.reads.read(at, limit)
          if (result.kind === 'gap') {
            const { reason, missedAtMost } = result
            return settle(sayGap({ reason, missedAtMost, refetchAfterMs: room.refetchAfterMs() }, result.at))
          }
          const saying = room.reads.say(result, filter)
          if (saying) return settle(saying)
          at = result.at
          if (!result.more && room.version() === seen) return settled ? undefined : hold(room)
        }
      }

      function hold(room: OrgRoom): void {
        const { waitMs } = poll
        const tokenLeftMs = caller.expiresAt - clock.now()
        const holdMs = holdTime({ waitMs, holdMs: limits.holdMs, tokenLeftMs, fraction: random.fraction() })
        const atOnce = answerNow(at, poll, holdMs, room)
        if (atOnce) return settle(atOnce)
        const waiter: Waiter = {
          get cursor() {
            return at
          },
          set cursor(cursor) {
            at = cursor
          },
          filter,
          limit,
          settle,
        }
        undo.push(room.hold(caller.sid, waiter))
        undo.push(
          deadlines.at(clock.monotonicMs() + Math.min(holdMs, mayHoldMs()), () =>
            settle(sayNothing('timeout', at)),
          ),
        )
      }
    })
  }
}

function tipOf({ epoch, last }: Position): Cursor {
  return { epoch, seq: last }
}
