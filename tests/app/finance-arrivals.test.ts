import { describe, expect, it } from 'vitest'
import { ANNOUNCE_INTERVAL_MS, arrivalWords, createAnnouncer } from '../../app/finance/arrival-words.ts'
import { createArrivals } from '../../app/finance/arrivals.ts'
import { transactionRow } from '../support/finance-rows.ts'
import { createManualTimers } from '../support/manual-timers.ts'
import { event } from '../support/patch-law.ts'

const created = (id: string, seq: number, mutationId?: string) => ({
  ...event('finance', 'transaction.created', seq, transactionRow({ id })),
  ...(mutationId ? { mutationId } : {}),
})

describe('what counts as news', () => {
  it('is a change made elsewhere, new rows apart from changed ones', () => {
    const arrivals = createArrivals(() => false)
    const approved = event('finance', 'transaction.approved', 2, transactionRow({ id: 'b' }))
    expect(arrivals.of([created('a', 1, 'm1'), approved], 7)).toEqual([
      { id: 'a', at: 7, isNew: true, type: 'transaction.created' },
      { id: 'b', at: 7, isNew: false, type: 'transaction.approved' },
    ])
  })

  it('is not the event of an own write, whichever of event and reply comes first', () => {
    const mine = new Set(['m1', 'm2'])
    const arrivals = createArrivals((id) => mine.has(id))
    expect(arrivals.of([created('a', 5, 'm1')], 0)).toEqual([])
    expect(arrivals.of([created('b', 0, 'm2')], 0)).toEqual([])
    mine.clear()
    expect(arrivals.of([created('b', 6, 'm2'), created('a', 5, 'm1')], 0)).toEqual([])
    expect(arrivals.of([created('c', 7, 'm3')], 0)).toHaveLength(1)
  })

  it('is not a row that is gone, nor another topic', () => {
    const arrivals = createArrivals(() => false)
    const gone = event('finance', 'transaction.deleted', 1, transactionRow())
    expect(arrivals.of([gone, { ...created('t', 2), topic: 'tasks' }], 0)).toEqual([])
  })
})

describe('the announcer', () => {
  it('says the first at once, then gathers and speaks once an interval', async () => {
    const timers = createManualTimers()
    const said: [number, string][] = []
    const announcer = createAnnouncer({ ...timers, say: (words) => said.push([timers.now(), words]) })
    announcer.add(['transaction.created'])
    await timers.pass(1000)
    announcer.add(['transaction.created', 'transaction.approved'])
    announcer.add(['transaction.created'])
    await timers.pass(60_000)
    announcer.add(['transaction.deleted'])
    expect(said).toEqual([
      [0, '1 new.'],
      [ANNOUNCE_INTERVAL_MS, '2 new, 1 approved.'],
    ])
  })

  it('says nothing for nothing', () => {
    expect(arrivalWords([])).toBe('')
  })
})
