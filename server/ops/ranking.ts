import type { TenantRow } from './tenant-rows.ts'

export interface Ranking {
  offer(row: TenantRow): void
  /** The first ones, the highest first; of equals the one whose id sorts first. */
  first(count: number): readonly TenantRow[]
}

/**
 * The `max` highest of all that are offered: O(n log max), and for nearly all of n one comparison, since the lowest of those
 * that are kept stands at the end.
 */
export function createRanking(max: number, valueOf: (row: TenantRow) => number): Ranking {
  const kept: TenantRow[] = []

  function isBefore(one: TenantRow, other: TenantRow): boolean {
    const [a, b] = [valueOf(one), valueOf(other)]
    return a === b ? one.org < other.org : a > b
  }

  function placeOf(row: TenantRow): number {
    let [low, high] = [0, kept.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const there = kept[middle]
      if (there && isBefore(there, row)) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    offer(row) {
      const lowest = kept[max - 1]
      if (lowest && isBefore(lowest, row)) return
      kept.splice(placeOf(row), 0, row)
      if (kept.length > max) kept.pop()
    },
    first: (count) => kept.slice(0, count),
  }
}
