import { describe, expect, it } from 'vitest'
import { csv } from '../../app/outbox/csv.ts'
import { exportCsv, exportJson } from '../../app/outbox/export-file.ts'
import { entriesOf, groupsOf } from '../../app/outbox/outbox-groups.ts'
import { waysOf } from '../../app/outbox/ways.ts'
import { financeWrites } from '../../app/finance/finance-writes.ts'
import { tasksWrites } from '../../app/tasks/tasks-writes.ts'
import { ApiError } from '../../app/realtime/api-error.ts'
import { nextRun, runWords } from '../../app/realtime/sending-run.ts'
import { oldWrites, oldWritesWords } from '../../app/session/old-writes.ts'
import { outboxNews, unsentWords } from '../../app/session/unsent-words.ts'
import { localWrite, transactionRow } from '../support/finance-rows.ts'

const row = transactionRow({ description: 'Soap', type: 'expense' })
const refused = (code: ApiError['code'], current?: unknown) =>
  new ApiError({ ok: false, code, status: 412, retryAfterMs: null, problem: { code, current } })
const kinds = { finance: financeWrites, tasks: tasksWrites }

describe('groups of the outbox', () => {
  const list = [
    localWrite(row, { state: 'sending' }),
    localWrite(transactionRow({ id: 't2' }), { state: 'parked' }),
    localWrite(transactionRow({ id: 't3' }), { state: 'waiting' }),
  ]
  const names = (isLong: boolean) =>
    groupsOf(entriesOf(list), () => isLong).map(({ name, entries }) => `${name} ${entries.length}`)

  it('put first what needs a person; what is sent in a blink stays where it waited', () => {
    expect(names(false)).toEqual(['needs-you 1', 'waiting 2'])
    expect(names(true)).toEqual(['needs-you 1', 'waiting 1', 'sending 1'])
  })

  it('keep a line its place when its write gets a new key', () => {
    const keys = (mutationId: string) => entriesOf([localWrite(row, { mutationId })]).map(({ key }) => key)
    expect(keys('m1')).toEqual(keys('m2'))
    const two = entriesOf([localWrite(row), localWrite(row, { mutationId: 'm2' })])
    expect(new Set(two.map(({ key }) => key)).size).toBe(2)
  })
})

describe('ways out', () => {
  const ways = (write: ReturnType<typeof localWrite>) => {
    const all = Object.entries(waysOf(write, financeWrites))
    return all.filter(([, is]) => is).map(([name]) => name)
  }

  it('of what waits are a try, a change and a discard; of what is being sent there are none', () => {
    expect(ways(localWrite(row, { state: 'waiting' }))).toEqual(['retry', 'edit', 'discard'])
    expect(ways(localWrite(row, { state: 'sending' }))).toEqual([])
  })

  it('of what was parked are no change of content: it may have been applied', () => {
    expect(ways(localWrite(row, { state: 'parked' }))).toEqual(['retry', 'discard'])
  })

  it('of a conflict are mine, theirs and a change while the row can still be changed', () => {
    const error = refused('conflict', { ...row, rev: 9 })
    expect(ways(localWrite(row, { state: 'conflict', error }))).toEqual(['edit', 'discard', 'keepMine'])
    expect(ways(localWrite(row, { state: 'conflict', error, verb: 'approve' }))).toEqual([
      'discard',
      'keepMine',
    ])
  })

  it('of a change whose row is decided or gone are theirs, and an entry of its own', () => {
    const decided = refused('invalid_state', { ...row, status: 'approved' })
    expect(ways(localWrite(row, { state: 'conflict', error: decided }))).toEqual(['discard', 'enterAsNew'])
    const gone = { state: 'conflict', error: refused('not_found') } as const
    expect(ways(localWrite(row, gone))).toEqual(['discard', 'enterAsNew'])
    expect(ways(localWrite(row, { ...gone, verb: 'approve' }))).toEqual(['discard'])
  })
})

describe('exports', () => {
  it('run nothing when they are opened, and leave numbers numbers', () => {
    const cells = ['=1+1', '+2', '-84.20', '-cmd', '@x', '\t=1', '  =1', 'a "b", c', 'ok']
    expect(csv(['h'], [cells])).toBe(
      '\uFEFF"h"\r\n"\'=1+1","\'+2","-84.20","\'-cmd","\'@x","\'\t=1","\'  =1","a ""b"", c","ok"\r\n',
    )
  })

  it('have a line for each write with all that is needed to enter it elsewhere', () => {
    const error = refused('conflict')
    const write = localWrite(row, { state: 'conflict', error, at: Date.UTC(2026, 2, 2), attempts: 2 })
    const [, line] = exportCsv([write], kinds, () => '=Harbour').split('\r\n')
    expect(line).toBe(
      [
        '2026-03-02T00:00:00.000Z',
        'Change',
        'Soap',
        "'=Harbour",
        '2026-03-01',
        '-10.00',
        'USD',
        'Not sent: somebody else changed it meanwhile',
        'Somebody else changed it meanwhile',
        '2',
        'm-t1',
      ]
        .map((cell) => `"${cell}"`)
        .join(','),
    )
    expect(JSON.parse(exportJson([write]))).toMatchObject([
      { mutationId: 'm-t1', row, enteredAt: '2026-03-02T00:00:00.000Z', error: { code: 'conflict' } },
    ])
  })
})

describe('progress while sending', () => {
  const write = (mutationId: string, state: 'sending' | 'waiting' | 'conflict') => ({ mutationId, state })
  const three = [write('a', 'sending'), write('b', 'waiting'), write('c', 'waiting')]

  it('begins with the first that is sent, counts the one under way, and ends with the last', () => {
    expect(nextRun(null, [write('a', 'waiting')])).toBeNull()
    const begun = nextRun(null, three)!
    expect(runWords(begun)).toBe('Sending 1 of 3')
    const second = nextRun(begun, [write('b', 'sending'), write('c', 'waiting')])!
    expect(runWords(second)).toBe('Sending 2 of 3')
    expect(nextRun(second, [])).toBeNull()
  })

  it('counts what is entered meanwhile, and what a person has to look at as done', () => {
    const begun = nextRun(null, three)
    const run = nextRun(begun, [write('b', 'conflict'), write('c', 'sending'), write('d', 'waiting')])!
    expect([run.done, run.ids.size]).toEqual([2, 4])
  })

  it('is the same as long as nothing about it changes, and says when nothing moves', () => {
    const begun = nextRun(null, three)
    expect(nextRun(begun, [...three])).toBe(begun)
    expect(
      nextRun(
        begun,
        three.map(({ mutationId }) => write(mutationId, 'waiting')),
      ),
    ).toMatchObject({
      isMoving: false,
    })
  })
})

describe('what is said of unsent work', () => {
  const list = (...states: ('waiting' | 'conflict' | 'parked' | 'sending')[]) =>
    states.map((state) => ({ state }))

  it('at the door counts all of it, by what keeps it', () => {
    expect(unsentWords(list('waiting'))).toBe('1 change has not reached the server.')
    expect(unsentWords(list('waiting', 'sending', 'parked'))).toBe(
      '3 changes have not reached the server: 2 wait to be sent, 1 needs you first.',
    )
    expect(unsentWords(list('conflict', 'parked'))).toBe(
      '2 changes have not reached the server: 2 need you first.',
    )
  })

  it('to who listens is only what is new', () => {
    expect(outboxNews(list(), list('waiting', 'waiting'))).toBe('2 changes wait to be sent.')
    expect(outboxNews(list('waiting', 'waiting'), list('waiting'))).toBeNull()
    expect(outboxNews(list('waiting'), list('conflict'))).toBe('1 change needs you.')
    expect(outboxNews(list('waiting'), list())).toBe('Nothing waits to be sent any more.')
    expect(outboxNews(list(), list())).toBeNull()
  })

  it('after a day names the day', () => {
    const now = Date.parse('2026-11-23T12:00:00')
    const at = (text: string) => Date.parse(text)
    const writes = [
      { state: 'waiting', at: at('2026-11-22T11:00:00') },
      { state: 'waiting', at: at('2026-11-23T11:00:00') },
      { state: 'conflict', at: at('2026-11-20T11:00:00') },
    ] as const
    expect(oldWrites(writes, now)).toEqual([writes[0]])
    expect(oldWritesWords(12, writes[0].at, now)).toBe('12 changes from yesterday are being sent.')
    expect(oldWritesWords(1, at('2026-11-20T11:00:00'), now, 'en-GB')).toBe(
      '1 change from 20 November and later is being sent.',
    )
  })
})
