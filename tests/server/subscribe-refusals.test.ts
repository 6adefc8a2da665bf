import { beforeEach, expect, test } from 'vitest'
import { code, createSubscribeWorld, PATH, read } from '../support/subscribe-world.ts'

let world: ReturnType<typeof createSubscribeWorld>
beforeEach(() => {
  world = createSubscribeWorld()
})

test.each([
  ['no token', PATH, null, {}, '401 auth_missing'],
  ['an expired token', PATH, 'token_expired', {}, '401 token_expired'],
  ['an altered token', PATH, 'token_invalid', {}, '401 token_invalid'],
  ['an ended session', PATH, 'session_revoked', {}, '401 session_revoked'],
  ['no poller', '/realtime/subscribe', 'a/s/p1', {}, '400 bad_request'],
  [
    'a poller with odd characters',
    '/realtime/subscribe?p=a%20b%20c%20d%20e',
    'a/s/p1',
    {},
    '400 bad_request',
  ],
  ['a wait that is no number', `${PATH}&wait=soon`, 'a/s/p1', {}, '400 bad_request'],
  ['a wait out of range', `${PATH}&wait=99`, 'a/s/p1', {}, '400 bad_request'],
  ['a limit of nothing', `${PATH}&limit=0`, 'a/s/p1', {}, '400 bad_request'],
  ['a generation that is no number', PATH, 'a/s/p1', { 'Rt-Generation': '-1' }, '400 bad_request'],
  ['a deploy that is no number', PATH, 'a/s/p1', { 'Rt-Deploy': 'v2' }, '400 bad_request'],
  ['a cursor of another kind', PATH, 'a/s/p1', { 'Rt-Cursor': 'last tuesday' }, '400 bad_cursor'],
  ['topics that do not exist', `${PATH}&topics=payroll`, 'a/s/p1', {}, '403 forbidden_topic'],
  ["only other people's properties", `${PATH}&properties=p9`, 'a/s/p1', {}, '403 forbidden_property'],
])('%s is refused', async (_, path, token, headers, expected) => {
  expect(await code(await world.get(path, token, headers))).toBe(expected)
})

test('every answer carries the headers that keep caches and portals out', async () => {
  const replies = [
    await world.get(`${PATH}&wait=0`, 'a/s/p1', { 'X-Request-Id': 'mine-1' }),
    await world.get(PATH, null, { 'X-Request-Id': 'mine-1' }),
  ]
  for (const { headers } of replies) {
    expect(headers.get('cache-control')).toContain('no-store')
    expect(headers.get('vary')).toBe('Origin, Authorization')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('rt-origin')).toBe('1')
    expect(headers.get('x-request-id')).toBe('mine-1')
  }
  const minted = await world.get(PATH, null, { 'X-Request-Id': 'not<well>formed' })
  expect(minted.headers.get('x-request-id')).toMatch(/^[A-Za-z0-9._-]+$/)
})

test('HEAD answers at once and leaves the poll of the session held', async () => {
  let answered = false
  const held = Promise.resolve(world.get(PATH, 'a/s/p1')).then((reply) => {
    answered = true
    return read(reply)
  })
  await world.clock.advance(0)
  const head = await world.realtime.routes.request(PATH, {
    method: 'HEAD',
    headers: { Authorization: 'Bearer a/s/p1' },
  })
  expect([head.status, head.headers.get('rt-origin'), await head.text()]).toEqual([200, '1', ''])
  await world.clock.advance(0)
  expect(answered).toBe(false)
  await world.publish('a', 'p1')
  expect((await held).outcome).toBe('events')
})

test('an allowed origin may read the answer, any other may not', async () => {
  const ask = (origin: string) => world.get(`${PATH}&wait=0`, 'a/s/p1', { Origin: origin })
  expect((await ask('https://app.example')).headers.get('access-control-allow-origin')).toBe(
    'https://app.example',
  )
  expect((await ask('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull()
})

test('each poll writes one line that names its outcome, and none holds the token', async () => {
  await world.get(`${PATH}&wait=0&properties=p1`, 'a/s/p1', {
    'User-Agent': 'u'.repeat(500),
    'X-Request-Id': 'mine-1',
  })
  await world.get(PATH, 'token_expired')
  expect(world.lines[0]).toEqual({
    message: '[RealtimeSubscribe][completed]',
    fields: {
      orgId: 'a',
      userId: 'u1',
      propertyId: 'p1',
      origin: null,
      ua: 'u'.repeat(120),
      durationMs: 0,
      outcome: 'tip',
      requestId: 'mine-1',
    },
  })
  expect(world.lines[1]).toMatchObject({
    message: '[RealtimeSubscribe][failure]',
    fields: { code: 'token_expired' },
  })
  expect(JSON.stringify(world.lines)).not.toContain('Bearer')
})

test('what a stranger writes into a poll is not written into the log', async () => {
  await world.get(`${PATH}&wait=0&properties=owner@acme.test`, 'a/s/p1')
  await world.get(`${PATH}&wait=0&properties=p1&properties=`, 'token_invalid', {
    Origin: `https://${'y'.repeat(5000)}`,
  })
  await world.get(`${PATH}&wait=0&properties=${'p'.repeat(5000)}`, 'a/s/p1')
  expect(world.lines.map(({ fields }) => fields['propertyId'])).toEqual(['malformed', 'p1', 'malformed'])
  expect(JSON.stringify(world.lines).length).toBeLessThan(1500)
})

test('the retired endpoint names its successor, unless it is allowed', async () => {
  const gone = await world.get('/finance/events/subscribe', 'a/s/p1')
  expect(gone.headers.get('link')).toContain('/finance/realtime/subscribe')
  expect(await code(gone)).toBe('410 legacy_gone')
  world = createSubscribeWorld(true)
  const answer = await read(await world.get('/finance/events/subscribe?p=poller-0001', 'a/s/p1'))
  expect(answer).toMatchObject({ outcome: 'tip', heldMs: 0 })
})

test('a page of a retired deploy is told so, and one that does not say is served', async () => {
  world = createSubscribeWorld(false, 5)
  const ask = (headers: Record<string, string>, token = 'a/s/p1') =>
    world.get(`${PATH}&wait=0`, token, headers)
  expect(await code(await ask({ 'Rt-Deploy': '4' }))).toBe('410 build_retired')
  expect(await code(await ask({ 'Rt-Deploy': '4' }, 'token_expired'))).toBe('401 token_expired')
  expect((await ask({ 'Rt-Deploy': '5' })).status).toBe(200)
  expect((await ask({})).status).toBe(200)
  expect(world.lines.filter(({ fields }) => fields['code'] === 'build_retired')).toHaveLength(1)
})
