import { describe, expect, it } from 'vitest'
import { createFreshness, HARD_TIMEOUT_MS, staleTimeMs } from '../../app/realtime/freshness.ts'
import { createManualTimers } from '../support/manual-timers.ts'

function setup() {
  const timers = createManualTimers()
  const refetches: number[] = []
  const freshness = createFreshness({ after: timers.after, refetch: () => void refetches.push(timers.now()) })
  return { timers, refetches, freshness }
}

describe('freshness', () => {
  it('a snapshot counts as fresh for 25 s while live and for 10 s otherwise', () => {
    expect(staleTimeMs('live')).toBe(25_000)
    for (const phase of ['connecting', 'degraded', 'offline', 'expired', 'signed-out'] as const) {
      expect(staleTimeMs(phase)).toBe(10_000)
    }
  })

  it('past the hard time-out without realtime everything is fetched again, and again after as long', async () => {
    const { timers, refetches, freshness } = setup()
    freshness.phaseChanged('degraded')
    await timers.pass(HARD_TIMEOUT_MS - 1)
    expect(refetches).toEqual([])
    await timers.pass(1 + HARD_TIMEOUT_MS)
    expect(refetches).toEqual([HARD_TIMEOUT_MS, 2 * HARD_TIMEOUT_MS])
  })

  it('going from connecting to degraded does not start the time anew', async () => {
    const { timers, refetches, freshness } = setup()
    freshness.phaseChanged('connecting')
    await timers.pass(HARD_TIMEOUT_MS - 1)
    freshness.phaseChanged('degraded')
    await timers.pass(1)
    expect(refetches).toEqual([HARD_TIMEOUT_MS])
    await timers.pass(HARD_TIMEOUT_MS)
    expect(refetches).toEqual([HARD_TIMEOUT_MS, 2 * HARD_TIMEOUT_MS])
  })

  it.each(['live', 'offline', 'expired', 'signed-out'] as const)(
    'nothing is fetched by time while %s',
    async (phase) => {
      const { timers, refetches, freshness } = setup()
      freshness.phaseChanged('degraded')
      await timers.pass(1000)
      freshness.phaseChanged(phase)
      await timers.pass(10 * HARD_TIMEOUT_MS)
      expect(refetches).toEqual([])
      freshness.phaseChanged('degraded')
      await timers.pass(HARD_TIMEOUT_MS)
      expect(refetches).toHaveLength(1)
    },
  )

  it('stops for good', async () => {
    const { timers, refetches, freshness } = setup()
    freshness.phaseChanged('degraded')
    freshness.stop()
    await timers.pass(10 * HARD_TIMEOUT_MS)
    expect(refetches).toEqual([])
  })
})
