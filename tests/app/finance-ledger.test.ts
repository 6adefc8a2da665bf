import { describe, expect, it } from 'vitest'
import { dayLines, netByCurrency } from '../../app/finance/day-groups.ts'
import { daySeries } from '../../app/finance/day-series.ts'
import { entryCurrency } from '../../app/finance/entry-currency.ts'
import { addDays, dayOf, lastDays, untilMidnightMs } from '../../app/finance/ledger-days.ts'
import { matchesSearch } from '../../app/finance/search-rows.ts'
import { localWrite, transactionRow } from '../support/finance-rows.ts'

const view = (fields: Parameters<typeof transactionRow>[0]) => ({ row: transactionRow(fields), write: null })

describe('day groups', () => {
  const views = [
    view({ id: 'a', occurredOn: '2026-03-02', amountMinor: 500 }),
    view({ id: 'b', occurredOn: '2026-03-02', amountMinor: 200, type: 'expense' }),
    view({ id: 'c', occurredOn: '2026-03-02', amountMinor: 7, currency: 'EUR', type: 'expense' }),
    view({ id: 'd', occurredOn: '2026-03-01', amountMinor: 9, status: 'rejected' }),
    view({ id: 'e', occurredOn: '2026-03-01', amountMinor: 4, status: 'approved' }),
  ]

  it('a head with its sums stands over the rows of each day', () => {
    expect(dayLines(views, false)).toMatchObject([
      {
        kind: 'day',
        day: '2026-03-02',
        count: 3,
        sums: [
          { currency: 'USD', netMinor: 300 },
          { currency: 'EUR', netMinor: -7 },
        ],
      },
      { key: 'a' },
      { key: 'b' },
      { key: 'c' },
      { kind: 'day', day: '2026-03-01', count: 2, sums: [{ currency: 'USD', netMinor: 4 }] },
      { key: 'd' },
      { key: 'e' },
    ])
  })

  it('only the last day is partial, and only while the list goes on', () => {
    const partial = (goesOn: boolean) =>
      dayLines(views, goesOn).flatMap((line) => (line.kind === 'day' ? [line.partial] : []))
    expect([partial(true), partial(false), dayLines([], true)]).toEqual([[false, true], [false, false], []])
  })

  it('a row that is being removed does not count any more', () => {
    const row = transactionRow({ amountMinor: 5 })
    expect(
      netByCurrency([{ row, write: localWrite(row, { verb: 'delete' }) }, view({ amountMinor: 3 })]),
    ).toEqual([{ currency: 'USD', netMinor: 3 }])
  })
})

describe('the currency of a new entry', () => {
  const rows = [
    { propertyId: 'p1', currency: 'EUR' },
    { propertyId: 'p2', currency: 'CHF' },
    { propertyId: 'p2', currency: 'GBP' },
  ]

  it('is that of the newest row of its property, else of the newest row, else of the busiest total, else USD', () => {
    expect(entryCurrency(rows, [], 'p2')).toBe('CHF')
    expect(entryCurrency(rows, [], 'p9')).toBe('EUR')
    expect(entryCurrency([], [{ currency: 'SEK' }, { currency: 'EUR' }], 'p1')).toBe('SEK')
    expect(entryCurrency([], [], null)).toBe('USD')
  })

  it('does not turn with a single row in another one', () => {
    const usual = { propertyId: 'p1', currency: 'EUR' }
    const stray = { propertyId: 'p1', currency: 'XTS' }
    expect(entryCurrency([stray, usual, usual], [], 'p1')).toBe('EUR')
    expect(entryCurrency([stray, usual, usual], [], 'p9')).toBe('EUR')
  })
})

describe('days', () => {
  it('are the days of the reader, and their sums cross months and leap days', () => {
    expect(dayOf(new Date(2026, 0, 5, 0, 0, 1).getTime())).toBe('2026-01-05')
    expect([addDays('2026-01-31', 1), addDays('2028-03-01', -1), addDays('2026-01-01', -1)]).toEqual([
      '2026-02-01',
      '2028-02-29',
      '2025-12-31',
    ])
    expect(lastDays('2026-03-30')).toEqual({ from: '2026-03-01', to: '2026-03-30' })
  })

  it('end at the midnight of the reader', () => {
    expect(untilMidnightMs(new Date(2026, 4, 5, 23, 59, 59).getTime())).toBe(1000)
  })
})

describe('the series of the plot', () => {
  it('has a point for every day, zero where nothing happened, in one currency', () => {
    const sums = { revenueMinor: 5, expenseMinor: 2, netMinor: 3 }
    const answer = {
      from: null,
      to: null,
      totals: [],
      days: [
        { date: '2026-03-02', currency: 'USD', ...sums },
        { date: '2026-03-03', currency: 'EUR', ...sums },
      ],
    }
    const zero = { revenueMinor: 0, expenseMinor: 0, netMinor: 0 }
    expect(daySeries(answer, { from: '2026-03-01', to: '2026-03-03' }, 'USD')).toEqual([
      { day: '2026-03-01', ...zero },
      { day: '2026-03-02', ...sums },
      { day: '2026-03-03', ...zero },
    ])
  })
})

describe('search', () => {
  const names = { property: () => 'Harbour House', person: () => 'Ana Núñez' }
  const row = transactionRow({ description: 'Café supplies', amountMinor: 123450 })
  it.each(['cafe', 'CAFÉ har', 'nunez', '1234.5', '1,234', '2026-03', ''])('%s finds the row', (search) => {
    expect(matchesSearch(row, search, names)).toBe(true)
  })
  it.each(['cafe zurich', '234.5', '999'])('%s does not', (search) => {
    expect(matchesSearch(row, search, names)).toBe(false)
  })
})
