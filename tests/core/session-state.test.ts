import { expect, test } from 'vitest'
import * as fc from 'fast-check'
import { nextSessionState, type SessionEvent, type SessionState } from '../../worker/core/session-state.ts'

const EVENTS = [
  'nobody',
  'restored',
  'signed-in',
  'refresh-began',
  'granted',
  'refused',
  'unreachable',
  'expired',
  'sign-out',
  'told',
  'untold',
] as const satisfies readonly SessionEvent[]
const SIGNED_IN: readonly SessionState[] = ['active', 'refreshing', 'degraded', 'offline', 'expired']

const walk = (events: readonly SessionEvent[]) => events.reduce(nextSessionState, 'booting' as SessionState)

test('[SE16] trouble passes and a word of the server does not', () => {
  expect(walk(['restored', 'refresh-began', 'unreachable'])).toBe('offline')
  expect(walk(['restored', 'refresh-began', 'refused', 'refresh-began', 'granted'])).toBe('active')
  expect(walk(['restored', 'expired', 'refresh-began', 'unreachable', 'refused'])).toBe('expired')
  expect(walk(['restored', 'expired', 'signed-in'])).toBe('active')
})

test('[SE16] a logout is over once the server knows, also after a restart', () => {
  expect(walk(['restored', 'sign-out'])).toBe('signing-out')
  expect(walk(['restored', 'sign-out', 'untold'])).toBe('logout-pending')
  expect(walk(['restored', 'sign-out', 'untold', 'told'])).toBe('anonymous')
  expect(walk(['nobody', 'untold', 'told'])).toBe('anonymous')
  expect(walk(['restored', 'sign-out', 'signed-in', 'told'])).toBe('active')
})

test('[SE16] whatever comes and however late: only a login or the store signs anybody in, and a late answer brings nobody back', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...EVENTS), { maxLength: 40 }), (events) => {
      let isSomebody = false
      let state: SessionState = 'booting'
      for (const event of events) {
        state = nextSessionState(state, event)
        if (event === 'restored' || event === 'signed-in') isSomebody = true
        if (event === 'nobody' || event === 'sign-out') isSomebody = false
        expect(SIGNED_IN.includes(state)).toBe(isSomebody)
      }
    }),
  )
})
