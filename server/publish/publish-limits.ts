import { PUBLISH_EVENTS_MAX } from '../../worker/wire/publish.ts'
import type { Clock } from '../deps.ts'
import { BODY_BYTES_MAX } from '../http/read-body.ts'
import { createTokenBuckets } from '../http/token-buckets.ts'

/** What one organisation may be told from outside, in the long run. */
export interface PublishQuota {
  eventsPerS: number
  bytesPerS: number
}

/** What was not used can be used later, for so long; and a whole batch always fits. */
const BURST_S = 10

export interface PublishLimits {
  /** Counts a batch, and returns null; or counts nothing, and returns the seconds to wait. */
  take(orgId: string, events: number, bytes: number): number | null
}

export function createPublishLimits(deps: {
  clock: Pick<Clock, 'monotonicMs'>
  publishQuota: PublishQuota
}): PublishLimits {
  const { clock } = deps
  const { eventsPerS, bytesPerS } = deps.publishQuota
  const byEvents = createTokenBuckets({
    clock,
    perS: eventsPerS,
    burst: Math.max(PUBLISH_EVENTS_MAX, eventsPerS * BURST_S),
  })
  const byBytes = createTokenBuckets({
    clock,
    perS: bytesPerS,
    burst: Math.max(BODY_BYTES_MAX, bytesPerS * BURST_S),
  })

  return {
    take(orgId, events, bytes) {
      const waitS = Math.max(byEvents.waitS(orgId, events), byBytes.waitS(orgId, bytes))
      if (waitS > 0) return waitS
      byEvents.take(orgId, events)
      byBytes.take(orgId, bytes)
      return null
    },
  }
}
