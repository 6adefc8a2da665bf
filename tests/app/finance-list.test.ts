import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LedgerLine } from '../../app/finance/day-groups.ts'
import { anchorShift, lineAt, lineStarts } from '../../app/finance/ledger-geometry.ts'
import { ledgerFilter, readChoice, writeChoice } from '../../app/finance/ledger-filter.ts'
import { movedCursor, survivingCursor } from '../../app/ui/list-cursor.ts'
import { transactionRow } from '../support/finance-rows.ts'

describe('the cursor of a list', () => {
  it('stays on its row while it is there, else goes to the next, else to the one before', () => {
    expect(survivingCursor(['a', 'b', 'c'], ['x', 'c', 'b'], 'b')).toBe('b')
    expect(survivingCursor(['a', 'b', 'c'], ['a', 'c'], 'b')).toBe('c')
    expect(survivingCursor(['a', 'b', 'c', 'd'], ['a', 'd'], 'b')).toBe('d')
    expect(survivingCursor(['a', 'b', 'c'], ['a'], 'c')).toBe('a')
    expect(survivingCursor(['a'], [], 'a')).toBe(null)
    expect(survivingCursor(['a'], ['a'], null)).toBe(null)
  })

  it('is always on a row of the list when one of the former rows is left', () => {
    const ids = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { minLength: 1 })
    fc.assert(
      fc.property(ids, ids, fc.nat(), (before, after, n) => {
        const cursor = survivingCursor(before, after, before[n % before.length] ?? null)
        if (cursor !== null) expect(after).toContain(cursor)
        else expect(before.some((id) => after.includes(id))).toBe(false)
      }),
    )
  })

  it('moves by rows, is held at both ends and begins at the first', () => {
    expect(movedCursor(['a', 'b', 'c'], 'b', 1)).toBe('c')
    expect(movedCursor(['a', 'b', 'c'], 'c', 1)).toBe('c')
    expect(movedCursor(['a', 'b', 'c'], 'a', -10)).toBe('a')
    expect([
      movedCursor(['a', 'b'], null, 1),
      movedCursor(['a', 'b'], null, -1),
      movedCursor([], null, 1),
    ]).toEqual(['a', 'b', null])
  })
})

describe('the geometry of the ledger', () => {
  const heights = { row: 36, day: 28, trouble: 72 }
  const line = (key: string): LedgerLine =>
    key.startsWith('day')
      ? { kind: 'day', key, day: key, count: 1, sums: [], partial: false }
      : { kind: 'row', key, view: { row: transactionRow({ id: key }), write: null } }
  const placed = (keys: readonly string[]) => {
    const lines = keys.map(line)
    return { lines, starts: lineStarts(lines, heights) }
  }

  it('finds the line an offset falls into', () => {
    const { starts } = placed(['day1', 'a', 'b', 'day2', 'c'])
    expect([...starts]).toEqual([0, 28, 64, 100, 128, 164])
    expect([0, 27, 28, 63, 64, 127, 128, 999].map((offset) => lineAt(starts, offset))).toEqual([
      0, 0, 1, 1, 2, 3, 4, 4,
    ])
    expect(lineAt(lineStarts([], heights), 5)).toBe(0)
  })

  it('rows that arrive above what is looked at scroll the list by their height, rows below do not', () => {
    const before = placed(['day1', 'a', 'b', 'c'])
    expect(anchorShift(before, placed(['day0', 'x', 'day1', 'a', 'b', 'c']), 70)).toBe(64)
    expect(anchorShift(before, placed(['day1', 'a', 'b', 'c', 'x']), 70)).toBe(0)
    expect(anchorShift(before, placed(['day1', 'b', 'c']), 70)).toBe(-36)
  })

  it('when the line looked at goes, the next one keeps its distance', () => {
    expect(anchorShift(placed(['a', 'b', 'c']), placed(['x', 'y', 'a', 'c']), 40)).toBe(36)
    expect(anchorShift(placed(['a', 'b']), placed(['x']), 40)).toBe(0)
  })

  it('for any change the first line in view that is left stays where it was on the screen', () => {
    const keys = fc.uniqueArray(fc.constantFrom('day1', 'day2', 'day3', ...'abcdefghij'), { minLength: 1 })
    fc.assert(
      fc.property(keys, keys, fc.nat(500), (old, next, scrollTop) => {
        const before = placed(old)
        const after = placed(next)
        const first = old.slice(lineAt(before.starts, scrollTop)).find((key) => next.includes(key))
        const shift = anchorShift(before, after, scrollTop)
        if (first === undefined) {
          expect(shift).toBe(0)
          return
        }
        const onScreen = (before.starts[old.indexOf(first)] ?? 0) - scrollTop
        expect((after.starts[next.indexOf(first)] ?? 0) - (scrollTop + shift)).toBe(onScreen)
      }),
    )
  })
})

describe('the choice in the URL', () => {
  it('is read back as written and leaves the rest of the query alone', () => {
    const params = writeChoice(new URLSearchParams('q=rent&type=revenue'), {
      status: 'pending',
      type: null,
      open: 'r1',
    })
    expect(params.toString()).toBe('q=rent&status=pending&row=r1')
    expect(readChoice(params)).toEqual({ status: 'pending', type: null, open: 'r1' })
    expect(writeChoice(params, { open: null }).toString()).toBe('q=rent&status=pending')
  })

  it('passes over what it does not know', () => {
    expect(readChoice(new URLSearchParams('status=paid&type='))).toEqual({
      status: null,
      type: null,
      open: null,
    })
  })

  it('leaves absent fields out of the filter, which is a key of the cache', () => {
    expect(ledgerFilter({ status: null, type: null }, null)).toEqual({})
    expect(ledgerFilter({ status: 'pending', type: 'expense' }, 'p1')).toEqual({
      propertyId: 'p1',
      status: 'pending',
      type: 'expense',
    })
  })
})
