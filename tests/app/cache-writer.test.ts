import { InfiniteQueryObserver, QueryClient } from '@tanstack/react-query'
import { afterEach, describe, expect, it } from 'vitest'
import { financeDomain } from '../../app/finance/finance-domain.ts'
import { transactionsQuery, type CachedTransactionPage } from '../../app/finance/queries.ts'
import type { Api } from '../../app/realtime/api.ts'
import { createCacheWriter, RECENT_EVENTS_MAX } from '../../app/realtime/cache-writer.ts'
import type { TransactionFilter, TransactionPage, TransactionRow } from '../../worker/wire/finance.ts'
import { transactionRow } from '../support/finance-rows.ts'
import { settle } from '../support/manual-timers.ts'
import { event } from '../support/patch-law.ts'

const clients: QueryClient[] = []
afterEach(() => {
  for (const client of clients.splice(0)) client.clear()
})

function setup() {
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } })
  clients.push(queryClient)
  const asked: ((page: TransactionPage) => void)[] = []
  let touched = 0
  const writer = createCacheWriter({
    queryClient,
    domains: [financeDomain],
    touchDerived: () => (touched += 1),
  })
  const api = {
    transactions: () => new Promise<TransactionPage>((resolve) => asked.push(resolve)),
  } as unknown as Api
  return {
    queryClient,
    writer,
    asked: () => asked.length,
    touched: () => touched,
    watch(filter: TransactionFilter = {}) {
      const options = transactionsQuery(api, filter)
      const observer = new InfiniteQueryObserver(queryClient, options)
      const leave = observer.subscribe(() => {})
      return {
        leave,
        ids: () =>
          queryClient
            .getQueryData<{ pages: CachedTransactionPage[] }>(options.queryKey)
            ?.pages.map((page) => page.rows.map((row) => `${row.id}${row.rev}`).join(' ')),
        more: () => void observer.fetchNextPage(),
      }
    },
    async answer(rows: TransactionRow[], next: string | null = null) {
      asked.shift()?.({ rows, next, cursor: 'c' })
      await settle()
    },
  }
}

const a1 = transactionRow({ id: 'a' })
const b1 = transactionRow({ id: 'b', createdAt: 2 })
const old = transactionRow({ id: 'old', occurredOn: '2026-02-01' })
let seq = 0
const says = (verb: string, row: TransactionRow) => event('finance', `transaction.${verb}`, ++seq, row)

describe('the cache writer', () => {
  it('patches every list the event concerns, each by its own filter', async () => {
    const { writer, watch, answer, touched } = setup()
    const everything = watch()
    const pending = watch({ status: 'pending' })
    await answer([a1])
    await answer([a1])
    writer.write([says('approved', { ...a1, rev: 2, status: 'approved' })])
    expect([everything.ids(), pending.ids(), touched()]).toEqual([['a2'], [''], 1])
  })

  it('an event that overtakes a snapshot is not lost with it', async () => {
    const { writer, watch, answer } = setup()
    const list = watch()
    writer.write([says('created', b1), says('approved', { ...a1, rev: 2, status: 'approved' })])
    await answer([a1])
    expect(list.ids()).toEqual(['b1 a2'])
  })

  it('an event that overtakes a further page is not lost with it', async () => {
    const { writer, watch, answer } = setup()
    const list = watch()
    await answer([a1], 'mark')
    list.more()
    await settle()
    writer.write([says('updated', { ...old, rev: 2 }), says('created', b1)])
    await answer([old])
    expect(list.ids()).toEqual(['b1 a1', 'old2'])
  })

  it('a snapshot newer than the events laid over it stays as it is', async () => {
    const { writer, watch, answer } = setup()
    const list = watch()
    writer.write([says('created', a1)])
    await answer([{ ...a1, rev: 3 }])
    expect(list.ids()).toEqual(['a3'])
  })

  it('a late reply does not bring back a row that later events took out of the list', async () => {
    const { writer, watch, answer } = setup()
    const pending = watch({ status: 'pending' })
    await answer([a1])
    writer.write([says('approved', { ...a1, rev: 3, status: 'approved' })])
    writer.write([says('updated', { ...a1, rev: 2 })])
    expect(pending.ids()).toEqual([''])
  })

  it('a snapshot outrun by more events than are kept is fetched again', async () => {
    const { writer, watch, answer, asked } = setup()
    const list = watch()
    expect(asked()).toBe(1)
    writer.write([says('created', b1)])
    writer.write(
      Array.from({ length: RECENT_EVENTS_MAX }, (_, i) =>
        says('created', transactionRow({ id: `x${i}`, occurredOn: '2025-01-01' })),
      ),
    )
    await answer([a1], 'mark')
    expect([list.ids(), asked()]).toEqual([['a1'], 1])
    await answer([b1, a1], 'mark')
    expect(list.ids()).toEqual(['b1 a1'])
    expect(asked()).toBe(0)
  })

  it('a resync fetches every list again and lays no event of before over it', async () => {
    const { writer, watch, answer, asked } = setup()
    const list = watch()
    await answer([a1])
    writer.write([says('created', b1)])
    writer.resync()
    await settle()
    expect(asked()).toBe(1)
    await answer([a1])
    expect(list.ids()).toEqual(['a1'])
  })

  it('a list out of sight that missed events is fetched when it is looked at, whatever came since', async () => {
    const { writer, watch, answer, asked } = setup()
    const list = watch()
    await answer([a1])
    list.leave()
    writer.resync()
    writer.write([says('created', b1)])
    expect([list.ids(), asked()]).toEqual([['b1 a1'], 0])
    watch()
    expect(asked()).toBe(1)
  })

  it('events of another topic touch neither lists nor aggregates', async () => {
    const { writer, watch, answer, touched } = setup()
    const list = watch()
    await answer([a1])
    const before = list.ids()
    writer.write([{ ...says('created', b1), topic: 'tasks' }])
    expect([list.ids(), touched()]).toEqual([before, 0])
  })

  it('once stopped it leaves snapshots as they come', async () => {
    const { writer, watch, answer } = setup()
    const list = watch()
    writer.write([says('created', b1)])
    writer.stop()
    await answer([a1])
    expect(list.ids()).toEqual(['a1'])
  })
})
