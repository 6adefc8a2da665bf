import type { Clock } from '../deps.ts'
import type { Caller } from '../session/caller.ts'
import { createTokenBuckets } from './token-buckets.ts'

/** Calls in the long run. Far above what people and their queues do; below what one of them could stop a server with. */
export interface CallRates {
  perSessionS: number
  perOrgS: number
}

/** What was not used can be used at once, for so long: a page that opens, a queue that is sent after a day offline. */
const BURST_S = 20

export const TOO_MANY_CALLS = 'Too many calls of this session or organisation. Wait, then send again.'

export interface CallLimits {
  /** Counts a call, and returns null; or counts nothing, and returns the seconds to wait. */
  take(caller: Pick<Caller, 'sid' | 'orgId'>): number | null
  /** As `take`, for a poll: it counts for its session alone, since how often it ends is up to the whole organisation. */
  takePoll(caller: Pick<Caller, 'sid'>): number | null
}

export function createCallLimits(deps: {
  clock: Pick<Clock, 'monotonicMs'>
  callRates: CallRates
}): CallLimits {
  const { perSessionS, perOrgS } = deps.callRates
  const bucketsOf = (perS: number) => createTokenBuckets({ ...deps, perS, burst: perS * BURST_S })
  const [calls, orgCalls, polls] = [bucketsOf(perSessionS), bucketsOf(perOrgS), bucketsOf(perSessionS)]

  return {
    take({ sid, orgId }) {
      const waitS = Math.max(calls.waitS(sid), orgCalls.waitS(orgId))
      if (waitS > 0) return waitS
      calls.take(sid)
      orgCalls.take(orgId)
      return null
    },
    takePoll({ sid }) {
      const waitS = polls.waitS(sid)
      if (waitS > 0) return waitS
      polls.take(sid)
      return null
    },
  }
}
