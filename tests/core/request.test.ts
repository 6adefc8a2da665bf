import { expect, test } from 'vitest'
import { createRequests, REQUEST_DEADLINE_MS } from '../../worker/core/request.ts'
import { EXPIRY_CODES } from '../../worker/wire/problem.ts'
import { aGrant } from '../support/core-samples.ts'
import { createSessionRig } from '../support/session-rig.ts'

const PATH = '/api/finance/summary'
const GET = { method: 'GET', path: PATH } as const

async function rig(signedIn = true) {
  const parts = createSessionRig()
  if (signedIn) await parts.signIn()
  const { send } = createRequests(parts)
  return { ...parts, send }
}

test('[RQ01] a request carries the token of the moment it is sent', async () => {
  const { send, script, pass } = await rig()
  const answered = send({ ...GET, method: 'POST', headers: { 'If-Match': '"1"' }, body: { a: 1 } })
  await pass(0)
  const { request, answer } = script.only(PATH)
  expect(request).toMatchObject({ method: 'POST', body: '{"a":1}' })
  expect(request.headers).toEqual({
    'Content-Type': 'application/json',
    'If-Match': '"1"',
    Authorization: 'Bearer token1',
  })
  expect(request.cookies).toBeUndefined()
  answer({ total: 5 }, { status: 201 })
  expect(await answered).toMatchObject({ ok: true, value: { status: 201, body: { total: 5 } } })
})

test('[RQ01] without a token nothing is sent before there is one', async () => {
  const { send, script, pass, sessions, current } = await rig()
  sessions.dropToken(current(), 'token1')
  void send(GET)
  await pass(0)
  expect(script.sentTo(PATH)).toEqual([])
  script.only('/auth/refresh').answer(aGrant('token2'))
  await pass(0)
  expect(script.only(PATH).request.headers['Authorization']).toBe('Bearer token2')
})

test('[RQ01] when none can be had the request is never sent', async () => {
  const { send, script, pass, sessions, current } = await rig()
  sessions.dropToken(current(), 'token1')
  const answered = send(GET)
  await pass(0)
  script.only('/auth/refresh').fail()
  expect(await answered).toMatchObject({ ok: false, code: 'network' })
  expect(script.sentTo(PATH)).toEqual([])
})

test('[RQ02] a token that is not taken is renewed once and the request sent once more', async () => {
  const { send, script, pass } = await rig()
  const answered = send(GET)
  await pass(0)
  script.only(PATH).refuse('token_expired')
  await pass(0)
  script.only('/auth/refresh').answer(aGrant('token2'))
  await pass(0)
  script.only(PATH).refuse('token_expired')
  expect(await answered).toMatchObject({ ok: false, code: 'token_expired', status: 401 })
  expect([script.sentTo(PATH).length, script.sentTo('/auth/refresh').length]).toEqual([2, 1])
})

test('[RQ02] any other refusal is the answer, with what the server said of it', async () => {
  const { send, script, pass } = await rig()
  const answered = send(GET)
  await pass(0)
  script.only(PATH).answer({ code: 'conflict', current: { rev: 2 } }, { status: 412 })
  expect(await answered).toMatchObject({ code: 'conflict', status: 412, problem: { current: { rev: 2 } } })
  expect(script.sent).toHaveLength(1)
})

test('[RQ03] a call ends by its deadline, also when it is still waiting for a token', async () => {
  const { send, script, pass, platform, sessions, current } = await rig()
  const { locks } = platform.profile.join()
  void locks.request('standpipe:sh1:auth', {}, () => new Promise(() => {}))
  sessions.dropToken(current(), 'token1')
  const answered = send(GET)
  await pass(REQUEST_DEADLINE_MS)
  expect(await answered).toMatchObject({ code: 'timeout' })
  expect(script.sentTo(PATH)).toEqual([])
})

test('[RQ03] a request without an answer is aborted at its deadline', async () => {
  const { send, script, pass } = await rig()
  const answered = send(GET)
  await pass(REQUEST_DEADLINE_MS - 1)
  script.only(PATH)
  await pass(1)
  expect(await answered).toMatchObject({ code: 'timeout' })
  expect(script.open()).toEqual([])
})

test.each([
  '//evil.test/x',
  '/\\evil.test/x',
  '/\t/evil.test/x',
  '/\n/evil.test/x',
  '/\r\\evil.test/x',
  'https://evil.test/x',
  'api/x',
  '',
])('[RQ04] a path that could name a foreign host is refused: %j', async (path) => {
  const { send, script } = await rig()
  expect(await send({ ...GET, path })).toMatchObject({ ok: false, code: 'bad_request' })
  expect(script.sent).toEqual([])
})

test.each(['/api/x', '/', '/api/x?q=//y', '/a\\b'])(
  '[RQ04] a path on our origin is sent: %j',
  async (path) => {
    const { send, script, pass } = await rig()
    void send({ ...GET, path })
    await pass(0)
    expect(new URL(script.only('/').request.path, 'https://our.test').host).toBe('our.test')
  },
)

test('[RQ05] with nobody signed in nothing is sent', async () => {
  const { send, script } = await rig(false)
  expect(await send(GET)).toMatchObject({ ok: false, code: 'signed_out' })
  expect(script.sent).toEqual([])
})

test('[RQ05] a logout ends the requests that are under way', async () => {
  const { send, script, pass, sessions, current } = await rig()
  const answered = send(GET)
  await pass(0)
  void sessions.end(current(), 'signed-out')
  expect(await answered).toMatchObject({ ok: false, code: 'signed_out' })
  expect(script.open()).toEqual([])
})

test.each(EXPIRY_CODES)(
  '[RQ06] a request that hears that the session is over tells the session: %s',
  async (code) => {
    const { send, script, pass, current } = await rig()
    const answered = send(GET)
    await pass(0)
    script.only(PATH).refuse(code)
    expect(await answered).toMatchObject({ code })
    expect(current().expiredBy()).toBe(code)
  },
)

test('[RQ07] an answer without our mark is no answer, whatever its status', async () => {
  const { send, script, pass, current } = await rig()
  for (const status of [200, 401, 503]) {
    const answered = send(GET)
    await pass(0)
    script.only(PATH).portal(status)
    expect(await answered).toMatchObject({ ok: false, code: 'network', status })
  }
  expect(current().token()).toBe('token1')
})
