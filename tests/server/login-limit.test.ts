import { expect, test } from 'vitest'
import {
  ACCOUNT_FAILURES_MAX,
  ADDRESS_FAILURES_MAX,
  createLoginLimit,
  FAILURES_MAX,
  FAILURE_WINDOW_MS,
} from '../../server/session/login-limit.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

function aLimit() {
  const time = createVirtualClock()
  return { time, ...createLoginLimit({ clock: time }) }
}

test('one password guessed: the eleventh try from the same address waits for the window', async () => {
  const { take, time } = aLimit()
  for (let n = 0; n < FAILURES_MAX; n += 1) expect(take('ada', 'x')).toBeNull()
  expect([take('ada', 'x'), take('ben', 'x'), take('ada', 'y')]).toEqual([300, null, null])
  await time.advance(FAILURE_WINDOW_MS)
  expect(take('ada', 'x')).toBeNull()
})

test('one password sprayed over many accounts: the address waits, others do not', () => {
  const { take } = aLimit()
  for (let n = 0; n < ADDRESS_FAILURES_MAX; n += 1) expect(take(`user ${n}`, 'x')).toBeNull()
  expect([take('somebody else', 'x'), take('user 1', 'y')]).toEqual([300, null])
})

test('one account guessed from many addresses: new addresses wait, and the one its owner signs in from does not', () => {
  const { take, forgive } = aLimit()
  take('ada', 'home')
  forgive('ada', 'home')
  for (let n = 0; n < ACCOUNT_FAILURES_MAX; n += 1) expect(take('ada', `bot ${n}`)).toBeNull()
  expect([take('ada', 'another bot'), take('ada', 'home'), take('ben', 'another bot')]).toEqual([
    300,
    null,
    null,
  ])
})

test('tries that were good ones count nowhere', () => {
  const { take, forgive } = aLimit()
  for (let n = 0; n < 2 * ADDRESS_FAILURES_MAX; n += 1) {
    expect(take('ada', 'x')).toBeNull()
    forgive('ada', 'x')
  }
})

test('addresses of one IPv6 network count as one', () => {
  const { take } = aLimit()
  for (let n = 0; n < ADDRESS_FAILURES_MAX; n += 1)
    expect(take(`user ${n}`, `2001:db8::${n.toString(16)}`)).toBeNull()
  expect([take('another', '2001:db8::ffff'), take('another', '2001:db8:0:1::1')]).toEqual([300, null])
})
