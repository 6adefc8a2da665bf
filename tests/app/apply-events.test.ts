import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesFilter, transactionKind } from '../../app/finance/transaction-kind.ts'
import { applyEvents } from '../../app/realtime/apply-events.ts'
import { matchesTaskFilter, taskKind } from '../../app/tasks/task-kind.ts'
import { EVENT_TYPES } from '../../worker/wire/event.ts'
import type { TransactionFilter, TransactionRow } from '../../worker/wire/finance.ts'
import type { TaskFilter, TaskRow } from '../../worker/wire/tasks.ts'
import { delivery, event, runLaw, type Step, type Subject } from '../support/patch-law.ts'

const id = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz')
const propertyId = fc.constantFrom('p1', 'p2', 'p3')
const day = fc.constantFrom('2026-01-30', '2026-01-31', '2026-02-01', '2026-02-02')
const createdAt = fc.integer({ min: 1, max: 4 })

const transaction: fc.Arbitrary<TransactionRow> = fc.record({
  id,
  rev: fc.constant(1),
  orgId: fc.constant('acme'),
  propertyId,
  type: fc.constantFrom('revenue' as const, 'expense' as const),
  status: fc.constant('pending' as const),
  amountMinor: fc.integer({ min: 1, max: 9 }),
  currency: fc.constant('USD'),
  description: fc.constantFrom('rent', 'soap'),
  occurredOn: day,
  createdBy: fc.constant('u1'),
  createdAt,
  updatedAt: fc.constant(0),
})

const transactions: Subject<TransactionRow, unknown, TransactionFilter> = {
  topic: 'finance',
  kind: transactionKind,
  matches: matchesFilter,
  before: (a, b) => newestFirst(a) > newestFirst(b),
  keep: (row, filter) =>
    (!filter.propertyId || filter.propertyId === row.propertyId) &&
    (!filter.status || filter.status === row.status) &&
    (!filter.type || filter.type === row.type) &&
    !(filter.from && row.occurredOn < filter.from) &&
    !(filter.to && row.occurredOn > filter.to),
  act: (verb, row, change) => {
    if (verb === 'delete') return null
    if (verb === 'approve') return { ...row, status: 'approved' }
    if (verb === 'reject') return { ...row, status: 'rejected' }
    return { ...row, ...change }
  },
  eventType: (verb) =>
    `transaction.${{ create: 'created', edit: 'updated', approve: 'approved', reject: 'rejected', delete: 'deleted' }[verb]}`,
}

/** One string that sorts as the list does, backwards: days and ids are of one length, times of one digit. */
function newestFirst(row: TransactionRow): string {
  return `${row.occurredOn}|${row.createdAt}|${row.id}`
}

const task: fc.Arbitrary<TaskRow> = fc.record({
  id,
  rev: fc.constant(1),
  orgId: fc.constant('acme'),
  propertyId,
  title: fc.constantFrom('fix tap', 'call'),
  status: fc.constant('open' as const),
  assigneeId: fc.constant(null),
  dueOn: fc.constant(null),
  createdBy: fc.constant('u1'),
  createdAt,
  updatedAt: fc.constant(0),
})

const tasks: Subject<TaskRow, unknown, TaskFilter> = {
  topic: 'tasks',
  kind: taskKind,
  matches: matchesTaskFilter,
  before: (a, b) => `${a.createdAt}|${a.id}` > `${b.createdAt}|${b.id}`,
  keep: (row, filter) =>
    (!filter.propertyId || filter.propertyId === row.propertyId) &&
    (!filter.status || filter.status === row.status),
  act: (_, row, change) => ({ ...row, ...change }),
  eventType: (verb) => (verb === 'create' ? 'task.created' : 'task.updated'),
}

function steps<R>(verbs: readonly string[], fresh: fc.Arbitrary<R>, change: fc.Arbitrary<Partial<R>>) {
  const step: fc.Arbitrary<Step<R>> = fc.record({
    verb: fc.constantFrom(...verbs),
    pick: fc.nat(40),
    fresh,
    change,
  })
  return fc.array(step, { maxLength: 60, size: 'max' })
}

const ledgerSteps = steps(
  ['create', 'create', 'create', 'edit', 'edit', 'approve', 'reject', 'delete'],
  transaction,
  fc.record(
    { propertyId, occurredOn: day, type: fc.constantFrom('revenue', 'expense') },
    { requiredKeys: [] },
  ),
)
const ledgerFilter: fc.Arbitrary<TransactionFilter> = fc.record(
  {
    propertyId,
    status: fc.constantFrom('pending', 'approved', 'rejected'),
    type: fc.constantFrom('revenue', 'expense'),
    from: fc.constant('2026-01-31'),
    to: fc.constant('2026-02-01'),
  },
  { requiredKeys: [] },
)
const taskSteps = steps(
  ['create', 'create', 'edit', 'edit'],
  task,
  fc.record({ propertyId, status: fc.constantFrom('open', 'done') }, { requiredKeys: [] }),
)
const taskFilter: fc.Arbitrary<TaskFilter> = fc.record(
  { propertyId, status: fc.constantFrom('open', 'done') },
  { requiredKeys: [] },
)

describe('old snapshot + events = fresh snapshot', () => {
  it('holds for every event of the ledger, any filter, any split into pages, repeats and outdated events', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(ledgerSteps, ledgerFilter, delivery, (history, filter, given) => {
        const law = runLaw(transactions, history, filter, given)
        for (const type of law.types) seen.add(type)
        expect(law.patched).toEqual(law.fresh)
        expect(law.ends).toEqual(law.endsBefore)
      }),
      { numRuns: 3000 },
    )
    expect([...seen].toSorted()).toEqual([...EVENT_TYPES.finance].toSorted())
  })

  it('holds for every event of the tasks', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(taskSteps, taskFilter, delivery, (history, filter, given) => {
        const law = runLaw(tasks, history, filter, given)
        for (const type of law.types) seen.add(type)
        expect(law.patched).toEqual(law.fresh)
      }),
      { numRuns: 1500 },
    )
    expect([...seen].toSorted()).toEqual([...EVENT_TYPES.tasks].toSorted())
  })
})

describe('a patch', () => {
  const row = fc.sample(transaction, { numRuns: 1, seed: 1 })[0] as TransactionRow
  const all = () => true
  const pages = [
    {
      rows: [{ ...row, id: 'b', occurredOn: '2026-02-02' }],
      end: transactionKind.key({ ...row, id: 'b', occurredOn: '2026-02-02' }),
    },
    { rows: [{ ...row, id: 'a', occurredOn: '2026-01-30' }], end: null },
  ]

  it('that changes nothing returns the same pages, so that nothing renders', () => {
    expect(
      applyEvents(
        pages,
        [event('finance', 'transaction.updated', 1, pages[0]?.rows[0])],
        transactionKind,
        all,
      ),
    ).toBe(pages)
    expect(
      applyEvents(pages, [event('finance', 'transaction.imported', 1, { odd: true })], transactionKind, all),
    ).toBe(pages)
  })

  it('of a row the list does not have and does not want returns the same pages', () => {
    const other = { ...row, id: 'z', occurredOn: '2026-02-02', createdAt: 9 }
    const created = [event('finance', 'transaction.created', 1, other)]
    expect(applyEvents(pages, created, transactionKind, () => false)).toBe(pages)
    const below = [event('finance', 'transaction.created', 1, { ...other, occurredOn: '2020-01-01' })]
    expect(applyEvents(pages.slice(0, 1), below, transactionKind, all)[0]).toBe(pages[0])
  })

  it('leaves the pages it does not concern as they were', () => {
    const changed = { ...row, id: 'a', occurredOn: '2026-01-30', rev: 2, description: 'new' }
    const next = applyEvents(
      pages,
      [event('finance', 'transaction.updated', 1, changed)],
      transactionKind,
      all,
    )
    expect(next[0]).toBe(pages[0])
    expect(next[1]?.rows).toEqual([changed])
  })

  it('that removes the last row of a page keeps the page covering the list down to where it was', () => {
    const gone = applyEvents(
      pages,
      [event('finance', 'transaction.deleted', 1, { ...row, id: 'b', occurredOn: '2026-02-02', rev: 1 })],
      transactionKind,
      all,
    )
    const newcomer = { ...row, id: 'c', occurredOn: '2026-02-02', createdAt: 9 }
    const next = applyEvents(
      gone,
      [event('finance', 'transaction.created', 2, newcomer)],
      transactionKind,
      all,
    )
    expect(next.map((page) => page.rows.map((r) => r.id))).toEqual([['c'], ['a']])
  })
})
