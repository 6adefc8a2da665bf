import { expect, test } from 'vitest'
import { ASK_AGAIN_MS, createRemoteFlags, FIRST_ASK_MS } from '../../worker/tab/remote-flags.ts'
import { CONFIG_LOCK } from '../../worker/wire/names.ts'
import type { ApiRequest, ApiResponse, Result } from '../../worker/wire/port.ts'
import { createFakePage, type FakePage } from '../support/fake-page.ts'

const DAY_MS = 86_400_000
const CONFIG = {
  flags: { 'banner.enabled': false, made: 'up' },
  sampling: { rate: 0.5 },
  ttlS: 600,
  rev: 'r1',
}

function watching(fake: FakePage, body: () => unknown = () => CONFIG) {
  const asked: ApiRequest[] = []
  let changes = 0
  const watch = createRemoteFlags({
    page: fake.page,
    onChange: () => void (changes += 1),
    request(request): Promise<Result<ApiResponse>> {
      asked.push(request)
      const said = body()
      return Promise.resolve(
        said === null
          ? { ok: false, code: 'network', status: 0, retryAfterMs: null, problem: null }
          : { ok: true, value: { status: 200, headers: {}, body: said } },
      )
    },
  })
  return { watch, asked, changes: () => changes }
}

test('[TM10] flags are asked for once in their time, through the runtime, and kept', async () => {
  const fake = createFakePage()
  const { watch, asked, changes } = watching(fake)
  watch.follow('acme')
  await fake.time.advance(FIRST_ASK_MS - 1)
  expect(asked).toEqual([])
  await fake.time.advance(1)
  expect(asked).toEqual([{ method: 'GET', path: '/config/client' }])
  expect(fake.page.flags.read()).toMatchObject({ 'banner.enabled': false, 'telemetry.sampleRate': 0.5 })
  expect(changes()).toBe(1)
  watch.follow('acme')
  await fake.time.advance(599_999)
  expect(asked).toHaveLength(1)
  await fake.time.advance(1)
  expect(asked).toHaveLength(2)
})

test('[TM10] a page that finds them kept asks for none until their time is over, and uses them at once', async () => {
  const fake = createFakePage()
  const first = watching(fake)
  first.watch.follow('acme')
  await fake.time.advance(FIRST_ASK_MS)
  first.watch.rest()
  const second = watching(fake)
  second.watch.follow('acme')
  await fake.time.advance(599_000)
  expect([first.asked.length, second.asked.length]).toEqual([1, 0])
  expect(fake.page.flags.read()['banner.enabled']).toBe(false)
  await fake.time.advance(1000)
  expect([first.asked.length, second.asked.length]).toEqual([1, 1])
})

test('[TM10] of many tabs that start together one asks', async () => {
  const fake = createFakePage()
  const all = Array.from({ length: 5 }, () => watching(fake))
  for (const { watch } of all) watch.follow('acme')
  await fake.time.advance(60_000)
  expect(all.flatMap(({ asked }) => asked)).toHaveLength(1)
})

test('[TM10] the flags of one organisation are not those of another; with nobody signed in they are dropped', async () => {
  const fake = createFakePage()
  const { watch, asked } = watching(fake)
  watch.follow('acme')
  await fake.time.advance(FIRST_ASK_MS)
  watch.follow('globex')
  expect(fake.page.flags.read()['banner.enabled']).toBe(true)
  await fake.time.advance(FIRST_ASK_MS)
  expect(asked).toHaveLength(2)
  watch.follow(null)
  expect([fake.flagsSaid.remote, fake.page.flags.read()['banner.enabled']]).toEqual([null, true])
  await fake.time.advance(DAY_MS)
  expect(asked).toHaveLength(2)
})

test.each([
  ['no answer', null],
  ['an answer of something else', { flags: [] }],
  ['a time that no server gives', { ...CONFIG, ttlS: 1e9 }],
])('[TM10] after %s the defaults serve, and it is asked again a minute later', async (_, body) => {
  const fake = createFakePage()
  const { watch, asked } = watching(fake, () => body)
  watch.follow('acme')
  await fake.time.advance(FIRST_ASK_MS)
  expect(fake.page.flags.read()['banner.enabled']).toBe(true)
  await fake.time.advance(ASK_AGAIN_MS - 1)
  expect(asked).toHaveLength(1)
  await fake.time.advance(1)
  expect(asked).toHaveLength(2)
})

test('[TM10] what somebody else wrote into the storage neither counts nor keeps a page from asking', async () => {
  for (const remote of [
    'x',
    7,
    [],
    { flags: {}, until: 'later', orgId: 'acme' },
    { flags: {}, until: 1e15, orgId: 'acme' },
  ]) {
    const fake = createFakePage()
    fake.flagsSaid.remote = remote
    const { watch, asked } = watching(fake)
    watch.follow('acme')
    await fake.time.advance(FIRST_ASK_MS)
    expect(asked).toHaveLength(1)
  }
})

test('[TM10] a tab that goes away while it waits for the lock asks no more', async () => {
  const fake = createFakePage()
  const { watch, asked } = watching(fake)
  let free = () => {}
  void fake.profile
    .join()
    .locks.request(CONFIG_LOCK, {}, () => new Promise<void>((resolve) => (free = resolve)))
  watch.follow('acme')
  await fake.time.advance(FIRST_ASK_MS)
  watch.rest()
  free()
  await fake.time.advance(60_000)
  expect(asked).toEqual([])
})

test('[TM09] what the person at the browser says counts at once; the flags are the same object until one changes', () => {
  const fake = createFakePage()
  const first = fake.page.flags.read()
  expect(fake.page.flags.read()).toBe(first)
  fake.flagsSaid.local = { 'derived.windowMs': 5000, 'banner.enabled': 'no' }
  const second = fake.page.flags.read()
  expect(second).toEqual({ ...first, 'derived.windowMs': 5000 })
  expect(fake.page.flags.read()).toBe(second)
})
