import { beforeEach, expect, test } from 'vitest'
import type { EventEnvelope } from '../../worker/wire/event.ts'
import { code, createSubscribeWorld, LIMITS } from '../support/subscribe-world.ts'

const STREAM = '/streams/finance'
let world: ReturnType<typeof createSubscribeWorld>
beforeEach(() => {
  world = createSubscribeWorld()
})

const get = (query: string, token = 'a/s/p1', headers: Record<string, string> = {}) =>
  Promise.resolve(world.get(`${STREAM}${query}`, token, headers))
const idsOf = async (reply: Response) =>
  ((await reply.json()) as EventEnvelope[]).map(({ eventId }) => eventId)
const nextOf = (reply: Response) => reply.headers.get('stream-next-offset') ?? ''

test('a read from the beginning is all that is kept, of this topic and these properties', async () => {
  await world.publish('a', 'p1')
  await world.publish('a', 'p1', 'tasks')
  await world.publish('a', 'p2')
  await world.publish('a', 'p1')
  for (const query of ['', '?offset=-1']) {
    const reply = await get(query)
    expect(reply.headers.get('stream-up-to-date')).toBe('true')
    expect(reply.headers.get('content-type')).toBe('application/json')
    expect(await idsOf(reply)).toEqual(['n1', 'n4'])
  }
})

test('a read goes on at the offset the last one said, and is empty at the tail', async () => {
  await world.publish('a', 'p1')
  const first = await get('?offset=-1')
  await world.publish('a', 'p1')
  const second = await get(`?offset=${nextOf(first)}`)
  expect(await idsOf(second)).toEqual(['n2'])
  const third = await get(`?offset=${nextOf(second)}`)
  expect([await idsOf(third), nextOf(third)]).toEqual([[], nextOf(second)])
})

test('offset=now is the tail, empty at once or held for what comes', async () => {
  await world.publish('a', 'p1')
  const now = await get('?offset=now')
  expect([await idsOf(now), now.headers.get('etag')]).toEqual([[], null])
  const held = get('?offset=now&live=long-poll')
  await world.clock.advance(10)
  await world.publish('a', 'p1')
  await world.clock.advance(0)
  const reply = await held
  expect(await idsOf(reply)).toEqual(['n2'])
  expect(reply.headers.get('stream-cursor')).toMatch(/^\d+$/)
})

test('a hold without news is 204 with the place to go on', async () => {
  const held = get('?offset=now&live=long-poll')
  await world.clock.advance(LIMITS.holdMs)
  const reply = await held
  expect([reply.status, reply.headers.get('stream-up-to-date')]).toEqual([204, 'true'])
  const next = get(`?offset=${nextOf(reply)}&live=long-poll&cursor=${reply.headers.get('stream-cursor')}`)
  await world.publish('a', 'p1')
  await world.clock.advance(30)
  const answer = await next
  expect(await idsOf(answer)).toEqual(['n1'])
  expect(Number(answer.headers.get('stream-cursor'))).toBeGreaterThan(
    Number(reply.headers.get('stream-cursor')),
  )
})

test('an offset before what is kept is gone, and so is one of another epoch', async () => {
  const tip = nextOf(await get('?offset=now'))
  await world.publish('a', 'p1')
  await world.clock.advance(LIMITS.eventTtlMs)
  for (const query of [
    `?offset=${tip}`,
    '?offset=elsewhere.000000000000003&live=long-poll',
    `?offset=${tip}&live=sse`,
  ])
    expect(await code(await get(query))).toBe('410 offset_gone')
  expect((await get('?offset=-1')).status).toBe(200)
})

test('offsets sort as text in the order of the feed', async () => {
  const offsets: string[] = []
  for (let i = 0; i < 12; i += 1) {
    await world.publish('a', 'p1')
    offsets.push(nextOf(await get('?offset=now')))
  }
  expect(offsets.toSorted()).toEqual(offsets)
})

test('what is no stream read is refused', async () => {
  expect(await code(await get('?offset=last%20tuesday'))).toBe('400 bad_cursor')
  expect(await code(await get('?offset=now&live=yes'))).toBe('400 bad_request')
  expect(await code(await get('?live=sse'))).toBe('400 bad_request')
  expect(await code(await Promise.resolve(world.get(STREAM, null)))).toBe('401 auth_missing')
})

test('a catch-up that is known is 304', async () => {
  await world.publish('a', 'p1')
  const reply = await get('?offset=-1')
  const again = { 'If-None-Match': reply.headers.get('etag') ?? '' }
  expect((await get('?offset=-1', 'a/s/p1', again)).status).toBe(304)
  await world.publish('a', 'p1')
  expect((await get('?offset=-1', 'a/s/p1', again)).status).toBe(200)
})

test('an event stream tells batches, each with the place behind it, and ends by itself', async () => {
  await world.publish('a', 'p1')
  const reply = await get('?offset=-1&live=sse')
  expect(reply.headers.get('content-type')).toBe('text/event-stream')
  let text = ''
  const read = (async () => {
    for await (const chunk of reply.body as unknown as AsyncIterable<Uint8Array>) text += Buffer.from(chunk)
  })()
  await world.clock.advance(100)
  expect(text).toMatch(
    /^event: data\ndata: \[\{.*"eventId":"n1".*\}\]\n\nevent: control\ndata: \{.*"upToDate":true\}\n\n$/,
  )
  await world.publish('a', 'p1')
  await world.clock.advance(100)
  expect(text.match(/"eventId":"n\d"/g)).toEqual(['"eventId":"n1"', '"eventId":"n2"'])
  expect(text.match(/event: control/g)).toHaveLength(2)
  await world.clock.advance(90_000)
  await read
  const last = /"streamNextOffset":"([^"]+)"[^\n]*\n\n$/.exec(text)?.[1]
  await world.publish('a', 'p1')
  expect(await idsOf(await get(`?offset=${last}`))).toEqual(['n3'])
})

test('HEAD says where the tail is and takes nobody’s place', async () => {
  const held = get('?offset=now&live=long-poll')
  await world.clock.advance(10)
  const head = await world.realtime.routes.request(STREAM, {
    method: 'HEAD',
    headers: { Authorization: 'Bearer a/s/p1' },
  })
  expect(head.status).toBe(200)
  expect(nextOf(head)).toMatch(/\.0{15}$/)
  await world.publish('a', 'p1')
  await world.clock.advance(0)
  expect((await held).status).toBe(200)
})

test('of two readers of a session the older one is sent away for a while', async () => {
  const older = get('?offset=now&live=long-poll')
  await world.clock.advance(10)
  const newer = get('?offset=now&live=long-poll')
  await world.clock.advance(10)
  const reply = await older
  expect(reply.headers.get('retry-after')).toBe('5')
  expect(await code(reply)).toBe('429 rate_limited')
  await world.clock.advance(LIMITS.holdMs)
  expect((await newer).status).toBe(204)
})
