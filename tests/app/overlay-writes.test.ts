import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesFilter, transactionKind } from '../../app/finance/transaction-kind.ts'
import type { LocalWrite } from '../../app/realtime/local-writes.ts'
import { overlayWrites } from '../../app/realtime/overlay-writes.ts'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import { localWrite, transactionRow } from '../support/finance-rows.ts'

const all = () => true
const three = ['c', 'b', 'a'].map((id, i) => transactionRow({ id, occurredOn: `2026-03-0${3 - i}`, rev: 5 }))
const [first, second, third] = three as [TransactionRow, TransactionRow, TransactionRow]

function ids(rows: readonly TransactionRow[], write: LocalWrite<TransactionRow>, matches = all) {
  return overlayWrites(rows, [write], transactionKind, matches).map(
    ({ row, write }) => row.id + (write ? '*' : ''),
  )
}

describe('local writes over the rows of the server', () => {
  it('a new row stands where it will stand once settled', () => {
    const row = transactionRow({ id: 'n', occurredOn: '2026-03-02', createdAt: 9 })
    expect(ids(three, localWrite(row, { verb: 'create', baseRev: null }))).toEqual(['c', 'n*', 'b', 'a'])
  })

  it('a new row the filter does not want is not shown', () => {
    const row = transactionRow({ id: 'n' })
    expect(ids(three, localWrite(row, { verb: 'create', baseRev: null }), () => false)).toEqual([
      'c',
      'b',
      'a',
    ])
  })

  it('a new row whose event came before its reply is the row of the server, without a mark', () => {
    const row = transactionRow({ id: 'c', occurredOn: '2026-03-03' })
    expect(ids(three, localWrite(row, { verb: 'create', baseRev: null }))).toEqual(['c', 'b', 'a'])
  })

  it('a changed row shows the change; a changed day moves it', () => {
    const [, , last] = overlayWrites(
      three,
      [localWrite({ ...first, occurredOn: '2026-02-01' })],
      transactionKind,
      all,
    )
    expect(last).toMatchObject({
      row: { id: 'c', occurredOn: '2026-02-01', rev: 5 },
      write: { state: 'sending' },
    })
  })

  it('a row that an approval takes out of a list of pending rows is gone from it at once', () => {
    const write = localWrite({ ...second, status: 'approved' }, { verb: 'approve' })
    expect(ids(three, write, ((row: TransactionRow) => row.status === 'pending') as typeof all)).toEqual([
      'c',
      'a',
    ])
  })

  it.each(['conflict', 'rejected', 'parked'] as const)(
    'in %s the row of the server shows, with the write beside it',
    (state) => {
      const write = localWrite({ ...second, amountMinor: 9 }, { state })
      expect(overlayWrites(three, [write], transactionKind, all)[1]).toEqual({ row: second, write })
    },
  )

  it('a new row that was refused stays in the list with its write', () => {
    const row = transactionRow({ id: 'n', occurredOn: '2026-03-04' })
    const write = localWrite(row, { verb: 'create', baseRev: null, state: 'rejected' })
    expect(ids(three, write)).toEqual(['n*', 'c', 'b', 'a'])
  })

  it('a new row that was changed before it was sent shows the change', () => {
    const row = transactionRow({ id: 'n', occurredOn: '2026-03-04', rev: 1 })
    const writes = [
      localWrite(row, { verb: 'create', baseRev: null }),
      localWrite({ ...row, description: 'Changed' }, { mutationId: 'm2', state: 'waiting' }),
    ]
    const shown = (rows: readonly TransactionRow[]) => overlayWrites(rows, writes, transactionKind, all)[0]
    expect(shown(three)).toMatchObject({ row: { description: 'Changed' }, write: { mutationId: 'm2' } })
    // The row has arrived before it was heard that the first of them went through.
    expect(shown([row, ...three])).toMatchObject({
      row: { description: 'Changed' },
      write: { mutationId: 'm2' },
    })
  })

  it('of two changes the one that needs a person is beside the row', () => {
    const writes = [
      localWrite(second, { mutationId: 'm1', state: 'conflict' }),
      localWrite(second, { mutationId: 'm2', state: 'waiting' }),
    ]
    expect(overlayWrites(three, writes, transactionKind, all)[1]).toMatchObject({
      row: second,
      write: { mutationId: 'm1' },
    })
  })

  it('a row that is being removed stays, marked', () => {
    expect(ids(three, localWrite(third, { verb: 'delete' }))).toEqual(['c', 'b', 'a*'])
  })

  it('a write on its way is passed over once the row is newer than what it changed; one that waits keeps its mark', () => {
    const older = { ...second, rev: 4, amountMinor: 9 }
    expect(ids(three, localWrite(older))).toEqual(['c', 'b', 'a'])
    const write = localWrite(older, { state: 'waiting' })
    expect(overlayWrites(three, [write], transactionKind, all)[1]).toEqual({ row: second, write })
  })

  it('for any rows and writes the view is sorted, holds every wanted row once and nothing else', () => {
    const row = fc.record({
      id: fc.constantFrom(...'abcdefgh'),
      day: fc.integer({ min: 1, max: 4 }),
      approved: fc.boolean(),
    })
    const rows = fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 8 })
    const make = (given: { id: string; day: number; approved: boolean }) =>
      transactionRow({
        id: given.id,
        occurredOn: `2026-03-0${given.day}`,
        status: given.approved ? 'approved' : 'pending',
      })
    fc.assert(
      fc.property(rows, rows, fc.boolean(), (base, changes, onlyPending) => {
        const matches = (candidate: TransactionRow) =>
          matchesFilter(candidate, onlyPending ? { status: 'pending' } : {})
        const server = base
          .map(make)
          .filter(matches)
          .toSorted((a, b) => transactionKind.compare(transactionKind.key(a), transactionKind.key(b)))
        const writes = changes.map((change) => {
          const known = base.some((other) => other.id === change.id)
          return localWrite(make(change), known ? {} : { verb: 'create', baseRev: null })
        })
        const view = overlayWrites(server, writes, transactionKind, matches).map(({ row }) => row)
        const byId = new Map(server.map((row) => [row.id, row]))
        for (const { row, baseRev } of writes) if (byId.has(row.id) || baseRev === null) byId.set(row.id, row)
        const expected = [...byId.values()].filter(matches)
        expect(view.map(({ id, occurredOn }) => `${occurredOn} ${id}`)).toEqual(
          expected
            .map(({ id, occurredOn }) => `${occurredOn} ${id}`)
            .toSorted()
            .toReversed(),
        )
      }),
    )
  })
})
