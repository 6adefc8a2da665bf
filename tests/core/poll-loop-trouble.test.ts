import { expect, test } from 'vitest'
import { WATCHDOG_AT_ONCE_MS, WATCHDOG_MS } from '../../worker/core/poll.ts'
import { aGrant, anAnswer, anEvent } from '../support/core-samples.ts'
import { polling } from '../support/poll-rig.ts'

const PATH = '/realtime/subscribe'

test('[PL06] a refused token is renewed once and the poll sent again at once; a second refusal backs off', async () => {
  const { poll, script, pass, polls, phase } = await polling()
  poll().refuse('token_expired')
  await pass(0)
  script.only('/auth/refresh').answer(aGrant('token2'))
  await pass(0)
  expect(poll().request.headers['Authorization']).toBe('Bearer token2')
  poll().refuse('token_invalid')
  await pass(0)
  expect([script.open().length, phase()]).toEqual([0, 'degraded token_invalid'])
  await pass(2000)
  script.only('/auth/refresh').answer(aGrant('token3'))
  await pass(0)
  expect([poll().request.headers['Authorization'], polls().length]).toEqual(['Bearer token3', 3])
})

test('[PL07] trouble at the server is waited out, longer each time and never shorter than it asks', async () => {
  const { poll, pass, polls, phase, loop, platform } = await polling()
  for (const waitMs of [1000, 2000, 4000]) {
    poll().refuse('internal')
    await pass(waitMs - 1)
    const sent = polls().length
    expect([phase(), loop.inspect().nextPollAt]).toEqual(['degraded internal', platform.clock.wallMs() + 1])
    await pass(1)
    expect(polls().length).toBe(sent + 1)
  }
  poll().refuse('overloaded', { 'Retry-After': '90' })
  await pass(89_999)
  expect(polls()).toHaveLength(4)
  await pass(1)
  expect(polls()).toHaveLength(5)
})

test('[PL03] [PL07] after trouble the first poll asks at once, and one good answer forgets all failures', async () => {
  const { poll, pass, reply, lastWait, phase } = await polling()
  for (const waitMs of [1000, 2000, 4000, 8000]) {
    poll().refuse('broker_down')
    await pass(waitMs)
  }
  expect(lastWait()).toBe('0')
  await reply(anAnswer('e.5', { outcome: 'tip' }))
  expect([phase(), lastWait()]).toEqual(['live answered', '25'])
  poll().refuse('broker_down')
  await pass(1000)
  poll()
})

test.each([200, 204, 302, 401, 502])(
  '[PL08] a page of a portal (%i) means offline, and costs no token',
  async (status) => {
    const { poll, pass, phase, script, session } = await polling()
    poll().portal(status)
    await pass(0)
    expect([phase(), session.token()]).toEqual(['offline network', 'token1'])
    expect(script.open()).toEqual([])
    await pass(1000)
    expect(script.sentTo('/auth/')).toEqual([])
    poll()
  },
)

test('[PL08] an answer of ours that cannot be read is trouble, not silence', async () => {
  const { reply, phase } = await polling()
  await reply({ v: 2 })
  expect(phase()).toBe('degraded bad_answer')
})

test('[PL09] a poll without an answer is given up: ten seconds at once, ten past the longest hold when held', async () => {
  const { poll, pass, reply, script, phase } = await polling()
  await pass(WATCHDOG_AT_ONCE_MS - 1)
  poll()
  await pass(1)
  expect([script.open().length, phase()]).toEqual([0, 'offline timeout'])
  await pass(5000)
  await reply(anAnswer('e.5', { outcome: 'tip' }))
  await pass(WATCHDOG_MS - 1)
  poll()
  await pass(1)
  expect([script.open().length, phase()]).toEqual([0, 'offline timeout'])
})

test('[PL12] a hold that comes back empty at once is not asked for in a tight loop', async () => {
  const { reply, pass, polls } = await polling({ cursor: 'e.5' })
  await reply(anAnswer('e.5'))
  await pass(3499)
  expect(polls()).toHaveLength(1)
  await pass(1)
  expect(polls()).toHaveLength(2)
})

test('[TM03] an empty hold that was cut short is counted with the pause it brings; a whole one is not', async () => {
  const { reply, pass, counted, lastWait } = await polling({ cursor: 'e.5' })
  await reply(anAnswer('e.5', { outcome: 'tip' }))
  expect(lastWait()).toBe('25')
  await pass(700)
  await reply(anAnswer('e.5'))
  expect(counted).toEqual([['fast_empty', { elapsedMs: 700, backoffMs: 3500, isLeader: true }]])
  await pass(3500)
  await pass(25_000)
  await reply(anAnswer('e.5'))
  expect(counted).toHaveLength(1)
})

test('[TM03] a gap is counted with the last event that was handed on before it', async () => {
  const { reply, counted } = await polling({ cursor: 'e.5' })
  await reply(anAnswer('e.6', { events: [anEvent(6)] }))
  const gap = { reason: 'trimmed', missedAtMost: 4, refetchAfterMs: 100 } as const
  await reply(anAnswer('e.10', { outcome: 'gap', gap }))
  expect(counted).toEqual([['gap', { reason: 'trimmed', missedAtMost: 4 }, { eventId: 'event-6' }]])
})

test('[PL13] a server that answers over and over at one cursor is slowed down', async () => {
  const { script, pass, polls } = await polling({ cursor: 'e.5' })
  for (let step = 0; step < 600; step += 1) {
    for (const exchange of script.open(PATH)) exchange.answer(anAnswer('e.5', { outcome: 'tip' }))
    await pass(100)
  }
  expect(polls().length).toBeLessThan(45)
})

test('[PL16] a wait that no timer can carry is cut to the longest one, not to none', async () => {
  const { poll, pass, polls } = await polling()
  poll().refuse('overloaded', { 'Retry-After': '999999999' })
  await pass(86_400_000)
  expect(polls()).toHaveLength(1)
})

test.each(['session_revoked', 'user_disabled'] as const)(
  '[SE06] a poll that hears %s expires the session and is the last',
  async (code) => {
    const { poll, ending, session, polls, pass } = await polling()
    poll().refuse(code)
    expect([await ending, session.expiredBy()]).toEqual(['over', code])
    await pass(600_000)
    expect(polls()).toHaveLength(1)
  },
)

test('[SE06] a refresh that hears that the session is over ends the polling', async () => {
  const { poll, ending, session, script, pass } = await polling()
  poll().refuse('token_expired')
  await pass(0)
  script.only('/auth/refresh').refuse('refresh_invalid')
  expect([await ending, session.expiredBy()]).toEqual(['over', 'refresh_invalid'])
})
