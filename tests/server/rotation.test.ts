import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  confirmDelivery,
  decideRotation,
  GRACE_MS,
  type RotationState,
} from '../../server/session/rotation.ts'

const START: RotationState = { confirmed: 0, confirmedAt: 0, issued: 1, issuedAt: 0 }

/** What the server does with a cookie; null stands for a session that is revoked. */
function refresh(
  state: RotationState,
  presented: number,
  now: number,
): { state: RotationState; ctr: number } | null {
  const rotation = decideRotation(state, presented, now)
  if (rotation.kind === 'confirm') return { state: rotation.next, ctr: rotation.next.issued }
  if (rotation.kind === 'reissue') return { state, ctr: rotation.ctr }
  return null
}

const Counters = fc
  .record({
    confirmed: fc.integer({ min: 0, max: 50 }),
    outstanding: fc.boolean(),
    confirmedAt: fc.integer({ min: 0, max: 1e6 }),
    quietMs: fc.integer({ min: 0, max: 1e6 }),
  })
  .map(({ confirmed, outstanding, confirmedAt, quietMs }) => ({
    confirmed,
    confirmedAt,
    issued: outstanding || confirmed === 0 ? confirmed + 1 : confirmed,
    issuedAt: confirmedAt + quietMs,
  }))

test('one browser is never signed out, whatever replies it loses and however long it sleeps', () => {
  const Step = fc.record({
    sleepMs: fc.integer({ min: 0, max: 9e7 }),
    arrives: fc.boolean(),
    usesToken: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(Step, { maxLength: 60 }), (steps) => {
      let state = START
      let jar = 1
      let now = 0
      for (const { sleepMs, arrives, usesToken } of steps) {
        now += sleepMs
        const answer = refresh(state, jar, now)
        if (!answer) return false
        state = answer.state
        if (!arrives) continue
        jar = answer.ctr
        if (usesToken) state = confirmDelivery(state, jar, now) ?? state
      }
      return true
    }),
  )
})

test('two contexts that send the same cookie within the grace get the same successor', () => {
  const Race = fc.record({ apartMs: fc.integer({ min: 0, max: GRACE_MS }), used: fc.boolean() })
  fc.assert(
    fc.property(Counters, Race, (state, { apartMs, used }) => {
      const now = state.issuedAt + 1
      const first = refresh(state, state.issued, now)
      if (!first) return false
      const between = used ? (confirmDelivery(first.state, first.ctr, now) ?? first.state) : first.state
      const second = refresh(between, state.issued, now + apartMs)
      return second?.ctr === first.ctr
    }),
  )
})

test('a successor that was never used is handed out again after any time', () => {
  fc.assert(
    fc.property(Counters, fc.integer({ min: 0, max: 1e10 }), (state, laterMs) => {
      const first = refresh(state, state.issued, state.issuedAt)
      return refresh(first!.state, state.issued, state.issuedAt + laterMs)?.ctr === first!.ctr
    }),
  )
})

test('a cookie that was replaced and whose successor arrived is a copy once the grace is over', () => {
  const Old = fc.record({ back: fc.integer({ min: 1, max: 5 }), lateMs: fc.integer({ min: 1, max: 1e9 }) })
  fc.assert(
    fc.property(Counters, Old, (state, { back, lateMs }) => {
      const presented = state.confirmed - back
      fc.pre(presented >= 1)
      return decideRotation(state, presented, state.confirmedAt + GRACE_MS + lateMs).kind === 'reuse'
    }),
  )
})

test('two steps back is a copy even within the grace', () => {
  const state = { confirmed: 7, confirmedAt: 1000, issued: 8, issuedAt: 1000 }
  expect(decideRotation(state, 6, 1000)).toEqual({ kind: 'reissue', ctr: 8 })
  expect(decideRotation(state, 5, 1000)).toEqual({ kind: 'reuse' })
})

test('a cookie that was never handed out changes nothing', () => {
  fc.assert(
    fc.property(Counters, fc.integer({ min: 1, max: 9 }), (state, ahead) => {
      return decideRotation(state, state.issued + ahead, state.issuedAt).kind === 'invalid'
    }),
  )
})

test('counters never fall and the newest is at most one ahead of what has arrived', () => {
  fc.assert(
    fc.property(Counters, fc.array(fc.tuple(fc.nat(60), fc.boolean(), fc.nat(60_000))), (start, steps) => {
      let state = start
      let now = start.issuedAt
      for (const [ctr, byToken, laterMs] of steps) {
        now += laterMs
        const next = byToken ? confirmDelivery(state, ctr, now) : refresh(state, ctr, now)?.state
        if (!next) continue
        expect(next.confirmed).toBeGreaterThanOrEqual(state.confirmed)
        expect(next.issued).toBeGreaterThanOrEqual(state.issued)
        expect([0, 1]).toContain(next.issued - next.confirmed)
        state = next
      }
    }),
  )
})

test('a thief who copied the cookie and the owner are told apart within three refreshes of each', () => {
  const Hours = fc.array(fc.integer({ min: GRACE_MS + 1, max: 9e6 }), { minLength: 6, maxLength: 6 })
  fc.assert(
    fc.property(Counters, Hours, fc.boolean(), (copied, hours, thiefFirst) => {
      let state = copied
      let now = copied.issuedAt
      const jars = { owner: copied.issued, thief: copied.issued }
      for (const [turn, laterMs] of hours.entries()) {
        now += laterMs
        const who = (turn % 2 === 0) === thiefFirst ? 'thief' : 'owner'
        const answer = refresh(state, jars[who], now)
        if (!answer) return true
        jars[who] = answer.ctr
        // Both use what they get, as a poll does at once.
        state = confirmDelivery(answer.state, answer.ctr, now) ?? answer.state
      }
      return false
    }),
  )
})
