import { expect, test } from 'vitest'
import { createInbox } from '../../worker/core/inbox.ts'
import { createPause } from '../../worker/core/pause.ts'
import { createPollLoop } from '../../worker/core/poll-loop.ts'
import { WATCHDOG_AT_ONCE_MS, WATCHDOG_MS } from '../../worker/core/poll.ts'
import { createStatus } from '../../worker/core/status.ts'
import { aGrant, anAnswer, anEvent, TTL_S } from '../support/core-samples.ts'
import { createSessionRig } from '../support/session-rig.ts'

const PATH = '/realtime/subscribe'

async function polling(parts: { hidden?: boolean; cursor?: string; expiresIn?: number } = {}) {
  const rig = createSessionRig()
  const { platform, sessions, refresh, script, pass } = rig
  const session = await rig.signIn(undefined, 'token1', parts.expiresIn ?? TTL_S)
  const inbox = createInbox()
  if (parts.cursor !== undefined) inbox.advance(parts.cursor)
  const status = createStatus({ clock: platform.clock, host: 'tab', onChange: () => {} })
  const pause = createPause(platform.clock)
  const isHidden = () => parts.hidden ?? false
  const loop = createPollLoop({ platform, sessions, refresh, inbox, status, pause, isHidden })
  const told: unknown[] = []
  const term = new AbortController()
  const ending = loop.run(
    session,
    { generation: 7, signal: term.signal },
    {
      begin: (cursor) => void told.push(`begin ${cursor}`),
      batch: (events, after, cursor) =>
        void told.push([events.map(({ seq }) => seq), after, cursor, inbox.cursor()]),
      gap: (cursor, gap) => void told.push([gap.reason, cursor, inbox.cursor()]),
    },
  )
  await pass(0)
  return {
    ...rig,
    session,
    inbox,
    loop,
    told,
    term,
    ending,
    phase: () => `${status.read().phase} ${status.read().reason}`,
    polls: () => script.sentTo(PATH),
    poll: () => script.only(PATH),
    async reply(body: unknown) {
      script.only(PATH).answer(body)
      await pass(0)
    },
    async lastWait() {
      return (script.sentTo(PATH).at(-1)?.path ?? '').split('wait=')[1]
    },
  }
}

test('[PL01] [PL03] [PL14] one poll at a time: the first asks at once, the next are held, all under one poller', async () => {
  const { poll, polls, reply } = await polling()
  expect(poll().request.headers).toEqual({ Authorization: 'Bearer token1', 'Rt-Generation': '7' })
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
  expect(await lastWait()).toBe('0')
  await reply(anAnswer('e.5', { outcome: 'tip' }))
  expect([phase(), await lastWait()]).toEqual(['live answered', '25'])
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

test('[PL10] a wake cuts a hold short and asks at once', async () => {
  const { reply, loop, pass, polls, lastWait, poll } = await polling()
  await reply(anAnswer('e.5', { outcome: 'tip' }))
  expect(await lastWait()).toBe('25')
  loop.wake()
  await pass(0)
  expect([polls().length, await lastWait()]).toEqual([3, '0'])
  poll()
})

test('[PL10] a wake ends a backoff', async () => {
  const { poll, loop, pass, polls } = await polling()
  poll().refuse('overloaded', { 'Retry-After': '3600' })
  await pass(1000)
  expect(polls()).toHaveLength(1)
  loop.wake()
  await pass(0)
  expect(polls()).toHaveLength(2)
})

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

test('[PL12] a hold that comes back empty at once is not asked for in a tight loop', async () => {
  const { reply, pass, polls } = await polling({ cursor: 'e.5' })
  await reply(anAnswer('e.5'))
  await pass(3499)
  expect(polls()).toHaveLength(1)
  await pass(1)
  expect(polls()).toHaveLength(2)
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
