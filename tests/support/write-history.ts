import { expect } from 'vitest'
import type { NewEvent } from '../../worker/wire/event.ts'
import { AMOUNT_FIELDS, type TransactionRow } from '../../worker/wire/finance.ts'

const CONTENT = [
  'propertyId',
  'type',
  'amountMinor',
  'currency',
  'description',
  'occurredOn',
  'status',
] as const
type Field = (typeof CONTENT)[number]

/** What somebody meant, once; it is sent as often as a test likes. */
export interface Intent {
  key: string
  /** Place of the author among the members. */
  who: number
  kind: 'create' | 'edit' | 'approve' | 'reject' | 'remove'
  id: string
  patch: Partial<TransactionRow>
  baseRev: number
  /** Keys of its author's own writes that it was made on top of. */
  after: readonly string[]
  /** How each copy was answered. */
  replies: { status: number; replayed: boolean }[]
}

export interface WriteHistory {
  /** An event as it was published, repeats and all. */
  note(events: readonly NewEvent[]): void
  /** How many there were, each counted once. */
  size(): number
  of(intent: Intent): NewEvent[]
  /** The states of a row in the order of its revs, the one it was removed in among them. */
  statesOf(id: string): TransactionRow[]
  /** The keys of the writes that made them. */
  keysOf(id: string): (string | undefined)[]
  isRemoved(id: string): boolean
}

/** What was told of the ledger, put together without any of the server's own rules. */
export function createWriteHistory(): WriteHistory {
  const told = new Map<string, NewEvent>()
  const stateOf = ({ data }: NewEvent) => data as TransactionRow

  function eventsOf(id: string): NewEvent[] {
    const own = [...told.values()].filter((event) => stateOf(event).id === id)
    return own.toSorted((a, b) => stateOf(a).rev - stateOf(b).rev)
  }

  return {
    note(events) {
      for (const event of events) told.set(event.eventId, event)
    },
    size: () => told.size,
    of: ({ key }) => [...told.values()].filter(({ mutationId }) => mutationId === key),
    statesOf: (id) => eventsOf(id).map(stateOf),
    keysOf: (id) => eventsOf(id).map(({ mutationId }) => mutationId),
    isRemoved: (id) => eventsOf(id).at(-1)?.type === 'transaction.deleted',
  }
}

/** What the intent did is what was meant, and nothing its author had not seen was undone or signed for. */
export function checkMeaning(history: WriteHistory, intent: Intent): void {
  const [event] = history.of(intent)
  if (!event) return
  const { kind, patch, baseRev, after: own } = intent
  const after = event.data as TransactionRow
  const states = history.statesOf(intent.id)
  const before = states[after.rev - 2]
  if (kind === 'create' || !before) {
    expect([kind, after]).toMatchObject(['create', { ...patch, rev: 1 }])
    return
  }
  const decided = { edit: patch, approve: { status: 'approved' }, reject: { status: 'rejected' }, remove: {} }
  expect(after).toEqual({ ...before, ...decided[kind], rev: before.rev + 1, updatedAt: after.updatedAt })
  expect(before.status).toBe('pending')
  const keys = history.keysOf(intent.id)
  const unseen = new Set<Field>()
  for (let rev = baseRev + 1; rev <= before.rev; rev += 1) {
    if (own.includes(keys[rev - 1] ?? '')) continue
    for (const field of CONTENT) if (states[rev - 1]![field] !== states[rev - 2]![field]) unseen.add(field)
  }
  if (kind !== 'edit') expect([...unseen]).toEqual([])
  for (const field of Object.keys(patch) as Field[]) {
    const isPart = (AMOUNT_FIELDS as readonly Field[]).includes(field)
    const unit: readonly Field[] = isPart ? AMOUNT_FIELDS : [field]
    if (!unit.some((other) => unseen.has(other))) continue
    // Others have been at it: then it is as they left it.
    for (const other of unit) expect(after[other]).toBe(before[other])
  }
}
