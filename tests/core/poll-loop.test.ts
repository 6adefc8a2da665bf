import { expect, test } from 'vitest'
import { ASKED_WAIT_MAX_MS, YOUNG_MS } from '../../worker/core/poll-loop.ts'
import type { SubscribeAnswer } from '../../worker/wire/subscribe.ts'
import { aGrant, anAnswer, anEvent } from '../support/core-samples.ts'
import { polling } from '../support/poll-rig.ts'

const PATH = '/realtime/subscribe'

test('[PL01] [PL03] [PL14] one poll at a time: the first asks at once, the next are held, all under one poller', async () => {
  const { poll, polls, reply } = await polling()
  expect(poll().request.headers).toEqual({
    Authorization: 'Bearer token1',
    'Rt-Generation': '7',
    'Rt-Deploy': '4',
  })
  await reply(anAnswer('e.5', { outcome: 'tip' }))
  expect(poll().request.headers).toMatchObject({ 'Rt-Cursor': 'e.5' })
  await reply(anAnswer('e.6', { events: [anEvent(6)] }))
  expect(polls().map(({ path }) => path.replace(/p=[\w-]{16}&/, ''))).toEqual([
    `${PATH}?wait=0`,
    `${PATH}?wait=25`,
    `${PATH}?wait=25`,
  ])
  expect(new Set(polls().map(({ path }) => /p=[\w-]+/.exec(path)?.[0])).size).toBe(1)
})

test('[PL02] the cursor moves only after what lies before it was handed on', async () => {
  const { reply, told, inbox } = await polling()
  await reply(anAnswer('e.5', { outcome: 'tip' }))
  await reply(anAnswer('e.7', { events: [anEvent(6), anEvent(7)] }))
  expect(told).toEqual(['begin e.5', [[], null, 'e.5', null], [[6, 7], 'e.5', 'e.7', 'e.5']])
  expect(inbox.cursor()).toBe('e.7')
})

test('[PL02] an answer that never arrives moves nothing', async () => {
  const { reply, poll, pass, inbox } = await polling({ cursor: 'e.5' })
  poll().fail()
  await pass(10_000)
  expect([inbox.cursor(), poll().request.headers['Rt-Cursor']]).toEqual(['e.5', 'e.5'])
  await reply(anAnswer('e.6', { events: [anEvent(6)] }))
  expect(inbox.cursor()).toBe('e.6')
})

test('[PL04] at a gap the cursor is taken over first, then the gap is told', async () => {
  const { reply, told, poll, loop } = await polling({ cursor: 'e.5' })
  const gap = { reason: 'trimmed', missedAtMost: 40, refetchAfterMs: 300 } as const
  await reply(anAnswer('e.50', { outcome: 'gap', gap }))
  expect(told).toEqual([['trimmed', 'e.50', 'e.50']])
  expect(poll().request.headers['Rt-Cursor']).toBe('e.50')
  expect(loop.inspect().gaps).toBe(1)
})

test('[PL05] a cursor that is not taken is dropped: the feed begins anew', async () => {
  const { poll, reply, told, pass } = await polling({ cursor: 'damaged' })
  poll().refuse('bad_cursor')
  await pass(5000)
  expect(poll().request.headers).not.toHaveProperty('Rt-Cursor')
  await reply(anAnswer('e.9', { outcome: 'tip' }))
  expect(told[0]).toBe('begin e.9')
})

test('[PL18] a poll that another replaced ends the leadership', async () => {
  const { reply, ending, polls } = await polling()
  await reply(anAnswer('e.5', { outcome: 'superseded' }))
  expect([await ending, polls().length]).toEqual(['superseded', 1])
})

test('[SE05] the token is renewed before a poll that would outlive it, and no poll meets a refusal', async () => {
  const { reply, script, pass, poll } = await polling()
  await pass(1)
  await reply(anAnswer('e.5', { outcome: 'tip' }))
  for (let held = 0; script.open('/auth/refresh').length === 0 && held < 40; held += 1) {
    await pass(24_000)
    await reply(anAnswer('e.5'))
  }
  expect(script.open(PATH)).toEqual([])
  script.only('/auth/refresh').answer(aGrant('token2'))
  await pass(0)
  expect(poll().request.headers['Authorization']).toBe('Bearer token2')
})

test('[PL15] the server may ask for a new token early; one that is short by design it may not', async () => {
  const soon = anAnswer('e.5', { auth: { expiresInMs: 50_000, refresh: 'soon' } })
  const long = await polling()
  await long.pass(20_000)
  long.poll().fail()
  await long.pass(5000)
  await long.reply(soon)
  await long.pass(5000)
  expect(long.script.sentTo('/auth/refresh')).toHaveLength(1)
  const short = await polling({ expiresIn: 60 })
  await short.reply(soon)
  await short.pass(5000)
  expect(short.script.sentTo('/auth/refresh')).toHaveLength(0)
})

test('[PL10] a wake cuts a hold short and asks at once', async () => {
  const { reply, loop, pass, polls, lastWait, poll } = await polling()
  await reply(anAnswer('e.5', { outcome: 'tip' }))
  expect(lastWait()).toBe('25')
  loop.wake()
  await pass(0)
  expect([polls().length, lastWait()]).toEqual([3, '0'])
  poll()
})

test('[PL10] somebody who looks leaves a young poll alone, and not an old one', async () => {
  const { reply, loop, pass, polls, lastWait } = await polling()
  await reply(anAnswer('e.5', { outcome: 'tip' }))
  await pass(YOUNG_MS - 1)
  loop.look()
  await pass(0)
  expect([polls().length, lastWait()]).toEqual([2, '25'])
  await pass(1)
  loop.look()
  await pass(0)
  expect([polls().length, lastWait()]).toEqual([3, '0'])
})

test('[PL10] somebody who looks ends a pause', async () => {
  const { reply, loop, pass, polls } = await polling({ hidden: true })
  await reply(anAnswer('e.5', { outcome: 'tip' }))
  await pass(24_000)
  await reply(anAnswer('e.5'))
  expect(polls()).toHaveLength(2)
  loop.look()
  await pass(0)
  expect(polls()).toHaveLength(3)
})

test('[PL03] whoever followed a leader that is live has its first poll held', async () => {
  const { lastWait } = await polling({ phase: 'live' })
  expect(lastWait()).toBe('25')
})

test('[PL10] a wake ends a backoff', async () => {
  const { poll, loop, pass, polls } = await polling()
  poll().refuse('internal')
  await pass(0)
  expect(polls()).toHaveLength(1)
  loop.wake()
  await pass(0)
  expect(polls()).toHaveLength(2)
})

test.each([2, 3600])(
  '[PL10] a wake does not cut short what the server asked for (%i s), for as long as a minute',
  async (askedS) => {
    const { poll, loop, pass, polls } = await polling()
    const askedMs = Math.min(askedS * 1000, ASKED_WAIT_MAX_MS)
    poll().refuse('overloaded', { 'Retry-After': String(askedS) })
    await pass(askedMs - 1)
    loop.wake()
    await pass(0)
    expect(polls()).toHaveLength(1)
    await pass(1)
    expect(polls()).toHaveLength(2)
  },
)

test('[PL11] without a visible tab the polls keep 3 to 5 seconds between them, but not after events', async () => {
  const { reply, pass, polls, poll } = await polling({ hidden: true })
  await reply(anAnswer('e.5', { outcome: 'tip' }))
  await pass(24_000)
  await reply(anAnswer('e.5'))
  await pass(3999)
  expect(polls()).toHaveLength(2)
  await pass(1)
  await reply(anAnswer('e.6', { events: [anEvent(6)] }))
  poll()
})

test('[PL17] the end of the term aborts the poll under way, and no other is sent', async () => {
  const { term, ending, pass, polls, script, poll } = await polling()
  poll()
  term.abort()
  expect(await ending).toBe('over')
  await pass(600_000)
  expect([script.open().length, polls().length]).toEqual([0, 1])
})

test('[PL17] the end of the term ends a backoff', async () => {
  const { term, ending, pass, poll, platform } = await polling()
  poll().fail()
  await pass(0)
  term.abort()
  expect(await ending).toBe('over')
  await pass(600_000)
  expect(platform.time.pending()).toBe(0)
})

const leavingAnswers: Partial<SubscribeAnswer>[] = [
  { outcome: 'events', events: [anEvent(6)] },
  { outcome: 'timeout' },
  { outcome: 'drain' },
]
test.each(leavingAnswers)(
  '[PL19] after "$outcome" a server that leaves is left alone for as long as it says',
  async (parts) => {
    const { reply, pass, polls, phase } = await polling({ cursor: 'e.5', phase: 'live' })
    const retry = { afterMs: 31_000, reason: 'drain' }
    await reply(anAnswer('e.6', { ...parts, drain: true, heldMs: 9000, retry }))
    const sent = polls().length
    await pass(30_999)
    expect([polls().length, phase()]).toEqual([sent, 'live answered'])
    await pass(1)
    expect(polls()).toHaveLength(sent + 1)
  },
)
