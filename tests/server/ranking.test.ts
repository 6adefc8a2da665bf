import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRanking } from '../../server/ops/ranking.ts'
import type { TenantRow } from '../../server/ops/tenant-rows.ts'

function row(org: string, waiters: number): TenantRow {
  const counts = { published: 0, delivered: 0, dropped: 0, gaps: 0, polls: 0 }
  return { org, waiters, sessions: 0, bufferedEvents: 0, bufferedBytes: 0, ...counts }
}

test('a ranking is the beginning of what a sort of everything gives', () => {
  const rows = fc.array(fc.tuple(fc.nat(200), fc.nat(5)), { maxLength: 120 })
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 20 }), (drawn, max) => {
      const all = [...new Map(drawn.map(([id, waiters]) => [`o${id}`, row(`o${id}`, waiters)])).values()]
      const ranking = createRanking(max, ({ waiters }) => waiters)
      for (const one of all) ranking.offer(one)
      const sorted = all.toSorted((a, b) => b.waiters - a.waiters || (a.org < b.org ? -1 : 1))
      expect(ranking.first(max)).toEqual(sorted.slice(0, max))
      expect(ranking.first(max + 1)).toHaveLength(Math.min(max, all.length))
      expect(ranking.first(1)).toEqual(sorted.slice(0, 1))
    }),
  )
})
