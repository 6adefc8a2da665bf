import { describe, expect, it, vi } from 'vitest'
import type { SessionView } from '../../worker/wire/port.ts'
import type { TaskRow } from '../../worker/wire/tasks.ts'
import type { WriteDraft } from '../../app/realtime/local-writes.ts'
import { dueText, localDay } from '../../app/tasks/due-text.ts'
import { taskGroups } from '../../app/tasks/task-groups.ts'
import { taskWriteWords } from '../../app/tasks/task-write-words.ts'
import { createTaskWriter } from '../../app/tasks/write-task.ts'

const row = (id: string, fields: Partial<TaskRow> = {}): TaskRow => ({
  id,
  rev: 1,
  orgId: 'o1',
  propertyId: 'p1',
  title: `Task ${id}`,
  status: 'open',
  assigneeId: null,
  dueOn: null,
  createdBy: 'u1',
  createdAt: 0,
  updatedAt: 0,
  ...fields,
})
const views = (...rows: TaskRow[]) => rows.map((row) => ({ row, write: null }))
const ids = (list: readonly { row: TaskRow }[]) => list.map((view) => view.row.id)
const nothing: ReadonlySet<string> = new Set()

describe('groups of tasks', () => {
  it('put the soonest due first and what has no day last, newest of those first', () => {
    const list = views(
      row('none-old', { createdAt: 1 }),
      row('later', { dueOn: '2026-12-01' }),
      row('none-new', { createdAt: 2 }),
      row('late', { dueOn: '2026-11-01' }),
    )
    expect(ids(taskGroups(list, '', () => '', nothing).open)).toEqual([
      'late',
      'later',
      'none-new',
      'none-old',
    ])
  })

  it('keep what was just added on top', () => {
    const list = views(row('late', { dueOn: '2026-11-01' }), row('fresh', { createdAt: 9 }))
    expect(ids(taskGroups(list, '', () => '', new Set(['fresh'])).open)).toEqual(['fresh', 'late'])
  })

  it('show what was done last first', () => {
    const list = views(row('a', { status: 'done', updatedAt: 1 }), row('b', { status: 'done', updatedAt: 2 }))
    const groups = taskGroups(list, '', () => '', nothing)
    expect(ids(groups.done)).toEqual(['b', 'a'])
    expect(groups.open).toEqual([])
  })

  it('find every word, whatever its case and accents', () => {
    const list = views(row('a', { title: 'Ring the Café' }), row('b', { title: 'Ring the roofer' }))
    expect(ids(taskGroups(list, 'cafe RING', (task) => task.title, nothing).open)).toEqual(['a'])
  })
})

describe('when a task is due', () => {
  const today = '2026-11-23'
  const text = (day: string) => dueText(day, today, 'en-GB').text

  it('is a word when near and a date when far', () => {
    expect(text('2026-11-23')).toBe('Today')
    expect(text('2026-11-24')).toBe('Tomorrow')
    expect(text('2026-11-27')).toBe('Friday')
    expect(text('2026-11-30')).toBe('30 Nov')
    expect(text('2027-01-02')).toBe('2 Jan 2027')
  })

  it('says how late it is', () => {
    expect(dueText('2026-11-22', today)).toEqual({ text: '1 day late', isLate: true })
    expect(text('2026-11-05')).toBe('18 days late')
    expect(dueText('2026-11-23', today).isLate).toBe(false)
  })

  it('counts days across a change of clocks', () => {
    expect(dueText('2026-03-30', '2026-03-28', 'en-GB').text).toBe('Monday')
  })

  it('takes the day of the reader, not of Greenwich', () => {
    const halfPastTen = Date.UTC(2026, 0, 5, 22, 30)
    vi.stubEnv('TZ', 'Pacific/Auckland')
    expect(localDay(halfPastTen)).toBe('2026-01-06')
    vi.stubEnv('TZ', 'America/New_York')
    expect(localDay(halfPastTen - 20 * 3_600_000)).toBe('2026-01-04')
    vi.unstubAllEnvs()
  })
})

describe('writes of tasks', () => {
  const session: SessionView = {
    sh: 's1',
    user: { id: 'u1', name: 'Ada', email: 'ada@acme.test', role: 'staff' },
    org: { id: 'o1', name: 'Acme' },
    properties: [{ id: 'p1', name: 'One' }],
  }
  function written(act: (writer: ReturnType<typeof createTaskWriter>) => unknown) {
    const submitted: WriteDraft[] = []
    const submit = (write: WriteDraft) => {
      submitted.push(write)
      return Promise.resolve({ is: 'kept' } as const)
    }
    act(createTaskWriter({ writes: { submit }, session, now: () => 77 }))
    return submitted
  }

  it('give a new task its final id before it is sent', () => {
    const [write] = written((writer) => writer.create({ propertyId: 'p1', title: 'Paint' }))
    expect(write).toMatchObject({ verb: 'create', baseRev: null, actorId: 'u1', request: { method: 'POST' } })
    expect(write?.request.body).toMatchObject({ id: write?.row.id })
    expect(write?.row.id).not.toBe(write?.mutationId)
  })

  it('send a change on the rev it was made on, with nothing but the change', () => {
    const [write] = written((writer) => writer.edit(row('t1', { rev: 4 }), { status: 'done' }))
    expect(write).toMatchObject({
      verb: 'edit',
      baseRev: 4,
      row: { id: 't1', status: 'done', updatedAt: 77 },
    })
    expect(write?.request).toEqual({ method: 'PATCH', path: '/api/tasks/t1', body: { status: 'done' } })
  })

  it('are silent while all is well and say what became of them otherwise', () => {
    expect(taskWriteWords(null)).toBeNull()
    expect(taskWriteWords({ state: 'sending', verb: 'edit', error: null })).toBeNull()
    expect(taskWriteWords({ state: 'waiting', verb: 'edit', error: null })).toBe('Saved on this device')
    expect(taskWriteWords({ state: 'conflict', verb: 'edit', error: null })).toContain('somebody changed it')
    expect(taskWriteWords({ state: 'rejected', verb: 'create', error: null })).toContain('was not saved')
  })
})
