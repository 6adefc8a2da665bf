import { describe, expect, it } from 'vitest'
import { changeOf, correctedWrite, enteredAnew } from '../../app/finance/correct-write.ts'
import { enteredWords } from '../../app/finance/entered-words.ts'
import { financeWrites } from '../../app/finance/finance-writes.ts'
import { correctedTask, taskEnteredAnew } from '../../app/tasks/correct-task.ts'
import type { LocalWrite } from '../../app/realtime/local-writes.ts'
import type { TaskRow } from '../../worker/wire/tasks.ts'
import { localWrite, transactionRow } from '../support/finance-rows.ts'

const row = transactionRow({ rev: 3, description: 'Soap', amountMinor: 500 })
const { type, amountMinor, currency, propertyId, description, occurredOn } = row
const fields = { type, amountMinor, currency, propertyId, description, occurredOn }
const names = { property: (id: string) => id, person: (id: string) => id }

describe('a correction', () => {
  it('sends only what differs, so that changes of others stay theirs', () => {
    expect(changeOf(row, { ...fields, description: 'Towels' })).toEqual({ description: 'Towels' })
    expect(changeOf(row, fields)).toEqual({})
  })

  it('of what waits is a further change of it', () => {
    const write = localWrite(row, { verb: 'create', baseRev: null, state: 'waiting' })
    expect(correctedWrite(write, null, { ...fields, amountMinor: 900 }, 'm2')).toMatchObject({
      mutationId: 'm2',
      verb: 'edit',
      row: { amountMinor: 900 },
      request: { method: 'PATCH', body: { amountMinor: 900 } },
    })
    expect(correctedWrite(write, null, fields, 'm2')).toBeNull()
  })

  it('of a new entry that was refused is the entry once more, whole and with its own id', () => {
    const write = localWrite(row, { verb: 'create', baseRev: null, state: 'rejected' })
    expect(correctedWrite(write, null, { ...fields, amountMinor: 900 }, 'm2')).toMatchObject({
      verb: 'create',
      baseRev: null,
      row: { id: row.id, amountMinor: 900 },
      request: { method: 'POST', body: { ...fields, amountMinor: 900, id: row.id } },
    })
  })

  it('of a change that was refused keeps what it was to change', () => {
    const request = { method: 'PATCH' as const, path: '/x', body: { description: 'Soap' } }
    const write = localWrite(row, { state: 'rejected', request })
    expect(correctedWrite(write, null, { ...fields, amountMinor: 900 }, 'm2')?.request.body).toEqual({
      description: 'Soap',
      amountMinor: 900,
    })
  })

  it('in a conflict is made on the row as it is now', () => {
    const current = { ...row, rev: 9, amountMinor: 700 }
    const write = localWrite(row, { state: 'conflict' })
    expect(correctedWrite(write, current, fields, 'm2')).toMatchObject({
      baseRev: 9,
      row: { rev: 9, amountMinor: 500 },
      request: { body: { amountMinor: 500 } },
    })
    expect(correctedWrite(write, current, { ...fields, amountMinor: 700 }, 'm2')).toBeNull()
  })

  it('whose row is gone becomes an entry of its own, by who wrote it', () => {
    const fresh = { id: 'new', mutationId: 'm2', now: 5 }
    const draft = enteredAnew(localWrite({ ...row, status: 'approved', createdBy: 'u9' }), fresh)
    expect(draft).toMatchObject({
      verb: 'create',
      baseRev: null,
      row: { id: 'new', rev: 1, status: 'pending', createdBy: 'u1', createdAt: 5 },
      request: { method: 'POST', body: { ...fields, id: 'new' } },
    })
  })
})

describe('mine beside theirs', () => {
  const current = { ...row, rev: 9, amountMinor: 700, description: 'Towels' }
  const differing = (write: LocalWrite) =>
    financeWrites
      .compare(write, current, names)
      ?.filter(({ differs }) => differs)
      .map(({ name, mine, theirs }) => [name, mine, theirs])

  it('of a change differs in what it changes and nothing else: the rest stays as others made it', () => {
    const request = { method: 'PATCH' as const, path: '/x', body: { description: 'Soap' } }
    expect(differing(localWrite(row, { state: 'conflict', request }))).toEqual([
      ['description', 'Soap', 'Towels'],
    ])
  })

  it('of a decision differs in all that its writer has not seen', () => {
    const write = localWrite({ ...row, status: 'approved' }, { state: 'conflict', verb: 'approve' })
    expect(differing(write)?.map(([name]) => name)).toEqual(['amountMinor', 'description', 'status'])
  })

  it('is not to be had where the server told no row', () => {
    expect(financeWrites.compare(localWrite(row), null, names)).toBeNull()
  })
})

describe('a correction of a task', () => {
  const task: TaskRow = {
    id: 't1',
    rev: 2,
    orgId: 'acme',
    propertyId: 'p1',
    title: 'Paint',
    status: 'open',
    assigneeId: null,
    dueOn: null,
    createdBy: 'u1',
    createdAt: 0,
    updatedAt: 0,
  }
  const write = (parts: Partial<LocalWrite<TaskRow>>): LocalWrite<TaskRow> => ({
    ...localWrite(row),
    topic: 'tasks',
    row: task,
    baseRev: 2,
    request: { method: 'PATCH', path: '/api/tasks/t1', body: { status: 'done' } },
    ...parts,
  })
  const content = { title: 'Paint', assigneeId: null, dueOn: '2026-12-01' }

  it('of one that waits is a further change of it', () => {
    expect(correctedTask(write({ state: 'waiting' }), null, content, 'm2')?.request.body).toEqual({
      dueOn: '2026-12-01',
    })
  })

  it('in a conflict takes its tick along, on the task as it is now', () => {
    const draft = correctedTask(write({ state: 'conflict' }), { ...task, rev: 5 }, content, 'm2')
    expect(draft).toMatchObject({ baseRev: 5, request: { body: { dueOn: '2026-12-01', status: 'done' } } })
  })

  it('of a new one that was refused is the task once more', () => {
    const draft = correctedTask(
      write({ verb: 'create', baseRev: null, state: 'rejected' }),
      null,
      content,
      'm2',
    )
    expect(draft?.request).toEqual({
      method: 'POST',
      path: '/api/tasks',
      body: { ...content, propertyId: 'p1', id: 't1' },
    })
  })

  it('whose task is gone becomes one of its own, which is open', () => {
    const fresh = { id: 'new', mutationId: 'm2', now: 5 }
    const draft = taskEnteredAnew(write({ row: { ...task, status: 'done' } }), fresh)
    expect(draft).toMatchObject({ verb: 'create', baseRev: null, row: { id: 'new', status: 'open', rev: 1 } })
  })
})

describe('what is said of an entry', () => {
  it('is "saved on this device", and "sent" only of what the server has', () => {
    expect(enteredWords('kept', row, true, true)).toEqual({
      text: 'Saved on this device: $5.00, Soap.',
      isShown: false,
    })
    expect(enteredWords('kept', row, false, true)).toMatchObject({ isShown: true })
    expect(enteredWords('kept', row, false, true).text).toContain('when you are back online')
    expect(enteredWords('sent', row, false, true).text).toBe('Sent: $5.00, Soap.')
    expect(enteredWords('kept', row, true, false)).toMatchObject({ isShown: true })
  })
})
