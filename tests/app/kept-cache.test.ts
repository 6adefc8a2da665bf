import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { beforeEach, describe, expect, test } from 'vitest'
import type { CacheStore } from '../../app/pwa/cache-store.ts'
import { createKeptCache, KEEP_AFTER_MS, KEPT_CHARS_MAX, type KeptCache } from '../../app/pwa/kept-cache.ts'
import { createManualTimers, settle } from '../support/manual-timers.ts'

const LEDGER = ['finance', 'transactions', {}] as const

let store: CacheStore & { kept: Map<string, string> }

beforeEach(() => {
  const kept = new Map<string, string>()
  store = {
    kept,
    get: async (person) => kept.get(person),
    async set(person, text) {
      kept.clear()
      kept.set(person, text)
    },
    async clear() {
      kept.clear()
    },
  }
})

/** A page as it is loaded: an empty cache over what is kept. */
function load(): {
  queryClient: QueryClient
  cache: KeptCache
  timers: ReturnType<typeof createManualTimers>
} {
  const queryClient = new QueryClient()
  const timers = createManualTimers()
  return { queryClient, timers, cache: createKeptCache({ queryClient, store, after: timers.after }) }
}

async function read(person: string, data: unknown, key: readonly unknown[] = LEDGER) {
  const page = load()
  await page.cache.open(person)
  page.queryClient.setQueryData(key, data, { updatedAt: 1000 })
  await page.timers.pass(KEEP_AFTER_MS)
  return page
}

/** A list as a page watches it, fresh for as long as it is live. */
function watch(
  queryClient: QueryClient,
  queryFn: (asked: number) => Promise<unknown> = (asked) => Promise.resolve([`fetched ${asked}`]),
) {
  let asked = 0
  const observer = new QueryObserver(queryClient, {
    queryKey: LEDGER,
    queryFn: () => queryFn((asked += 1)),
    staleTime: 25_000,
    retry: false,
  })
  observer.subscribe(() => {})
  return observer
}

describe('what was last read', () => {
  test('is there at the next start, with the time it was read', async () => {
    await read('acme ada', ['a row'])
    const { queryClient, cache } = load()
    await cache.open('acme ada')
    expect(queryClient.getQueryData(LEDGER)).toEqual(['a row'])
    expect(queryClient.getQueryState(LEDGER)?.dataUpdatedAt).toBe(1000)
  })

  test('never covers what was read since', async () => {
    await read('acme ada', ['old'])
    const { queryClient, cache } = load()
    queryClient.setQueryData(LEDGER, ['new'], { updatedAt: 2000 })
    await cache.open('acme ada')
    expect(queryClient.getQueryData(LEDGER)).toEqual(['new'])
  })

  test('is fetched again however young it is: what happened since is not in it', async () => {
    const page = load()
    await page.cache.open('acme ada')
    page.queryClient.setQueryData(LEDGER, ['kept'])
    await page.timers.pass(KEEP_AFTER_MS)

    const { queryClient, cache } = load()
    await cache.open('acme ada')
    const list = watch(queryClient)
    expect(list.getCurrentResult().data).toEqual(['kept'])
    await settle()
    expect(list.getCurrentResult().data).toEqual(['fetched 1'])
  })

  test('is fetched again when it comes late, under a list that could not be read', async () => {
    await read('acme ada', ['kept'])
    const { queryClient, cache } = load()
    const list = watch(queryClient, (asked) =>
      asked === 1 ? Promise.reject(new Error('busy')) : Promise.resolve(['fetched']),
    )
    await settle()
    expect(list.getCurrentResult().isError).toBe(true)
    await cache.open('acme ada')
    await settle()
    expect(list.getCurrentResult().data).toEqual(['fetched'])
  })

  test.each(['acme bob', 'globex ada'])(
    'is not shown to %s, and is gone once they have read something',
    async (other) => {
      await read('acme ada', ['hers'])
      const { queryClient, cache, timers } = load()
      await cache.open(other)
      expect(queryClient.getQueryData(LEDGER)).toBeUndefined()
      queryClient.setQueryData(LEDGER, ['theirs'])
      await timers.pass(KEEP_AFTER_MS)
      expect([...store.kept.keys()]).toEqual([other])
    },
  )

  test('is gone after a logout, and nothing is written after it', async () => {
    const { cache, queryClient, timers } = await read('acme ada', ['hers'])
    queryClient.setQueryData(LEDGER, ['more'])
    await cache.clear()
    await timers.pass(KEEP_AFTER_MS)
    expect(store.kept.size).toBe(0)
  })

  test('is not shown to who comes while it is read', async () => {
    await read('acme ada', ['hers'])
    const { queryClient, cache } = load()
    const opening = cache.open('acme ada')
    await cache.clear()
    await opening
    expect(queryClient.getQueryData(LEDGER)).toBeUndefined()
  })

  test('is written once for a burst, a while after it', async () => {
    const { cache, queryClient, timers } = load()
    await cache.open('acme ada')
    for (let n = 0; n < 50; n += 1) queryClient.setQueryData(LEDGER, [n])
    expect(store.kept.size).toBe(0)
    await timers.pass(KEEP_AFTER_MS)
    expect(store.kept.get('acme ada')).toContain('[49]')
  })

  test('is bounded, and the newest of it is what is kept', async () => {
    const { cache, queryClient, timers } = load()
    await cache.open('acme ada')
    queryClient.setQueryData(['old'], 'x'.repeat(KEPT_CHARS_MAX), { updatedAt: 1 })
    queryClient.setQueryData(['new'], 'y', { updatedAt: 2 })
    await timers.pass(KEEP_AFTER_MS)
    const kept = store.kept.get('acme ada') ?? ''
    expect(kept).toContain('"y"')
    expect(kept.length).toBeLessThan(KEPT_CHARS_MAX)
  })

  test('is nothing when a page of another build wrote it, or nobody knows what it is', async () => {
    for (const text of ['{"version":99,"queries":[]}', '{"version":1}', 'not json']) {
      store.kept.set('acme ada', text)
      const { queryClient, cache } = load()
      await cache.open('acme ada')
      expect(queryClient.getQueryCache().getAll()).toEqual([])
    }
  })

  test('does not hold figures of the server process', async () => {
    await read('acme ada', { waiters: 4 }, ['ops', 'metrics'])
    expect(store.kept.get('acme ada')).not.toContain('waiters')
  })
})
