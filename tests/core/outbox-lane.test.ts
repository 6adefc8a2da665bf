import { describe, expect, test } from 'vitest'
import {
  appended,
  claimed,
  discarded,
  failed,
  replaced,
  resent,
  settled,
} from '../../worker/core/outbox-lane.ts'
import { isBeingSent, LEASE_MS, OUTBOX_VERSION, WAIT_MAX_MS } from '../../worker/wire/outbox.ts'
import { aRow, aWrite, LANE } from '../support/writes.ts'

const NOW = 1_000_000
const lease = { by: 'r1', until: NOW + LEASE_MS }
const trouble = { code: 'conflict', status: 412, at: NOW, problem: null }

describe('a write enters its lane', () => {
  test('[OB02] after what is there, made on the last of it', () => {
    const lane = [aRow(1, 'm1', { attempts: 1 })]
    expect(appended(lane, aWrite('m2', { verb: 'approve' }), NOW)).toEqual({
      add: expect.objectContaining({ lane: LANE, follows: 'm1', at: NOW, state: 'queued', attempts: 0 }),
    })
    expect(appended([], aWrite('m1'), NOW).add).toMatchObject({ follows: null, baseRev: null })
  })

  test('[OB04] a change joins the new row that nobody has taken up, under the key of the change', () => {
    const edit = appended([aRow(7, 'm1')], aWrite('m2', { verb: 'edit' }), NOW)
    expect(edit.put).toEqual([
      expect.objectContaining({ seq: 7, mutationId: 'm2', verb: 'create', baseRev: null, at: 0 }),
    ])
    expect(edit.put?.[0]?.request).toMatchObject({
      method: 'POST',
      body: { id: 'row1', description: 'm1', m2: 1 },
    })
  })

  test('[OB04] two changes become one, on the rev of the first', () => {
    const lane = [aRow(7, 'm1', { verb: 'edit', baseRev: 4 })]
    const edit = appended(lane, aWrite('m2', { verb: 'edit', baseRev: 5 }), NOW)
    expect(edit.put).toEqual([expect.objectContaining({ seq: 7, mutationId: 'm2', baseRev: 4 })])
    expect(edit.put?.[0]?.request.body).toEqual({ m1: 1, m2: 1 })
  })

  test('[OB04] a new row that is removed again was never there, and a change that is removed is a removal', () => {
    const gone = aWrite('m2', { verb: 'delete' })
    expect(appended([aRow(7, 'm1')], gone, NOW)).toEqual({ remove: [7] })
    const edit = appended([aRow(7, 'm1', { verb: 'edit', baseRev: 4 })], gone, NOW)
    expect(edit.put).toEqual([expect.objectContaining({ verb: 'delete', baseRev: 4, mutationId: 'm2' })])
    expect(edit.put?.[0]?.request).toEqual(gone.request)
  })

  test.each([
    ['taken up once', { attempts: 1 }],
    ['refused', { state: 'rejected', attempts: 1 }],
    ['parked', { state: 'parked', attempts: 5 }],
  ] as const)('[OB04] what was %s keeps its content', (_name, parts) => {
    const edit = appended([aRow(7, 'm1', parts)], aWrite('m2', { verb: 'edit' }), NOW)
    expect(edit).toEqual({ add: expect.objectContaining({ mutationId: 'm2', follows: 'm1' }) })
  })

  test('[OB04] what a later version wrote keeps its content, and what is entered goes behind it', () => {
    const lane = [aRow(7, 'm1', { v: OUTBOX_VERSION + 1 })]
    for (const verb of ['edit', 'delete']) {
      const edit = appended(lane, aWrite('m2', { verb }), NOW)
      expect(edit).toEqual({ add: expect.objectContaining({ verb, follows: 'm1' }) })
    }
  })

  test('[OB04] a command joins nothing and is joined by nothing', () => {
    expect(
      appended([aRow(7, 'm1', { verb: 'edit' })], aWrite('m2', { verb: 'approve' }), NOW).add,
    ).toBeDefined()
    expect(
      appended([aRow(7, 'm1', { verb: 'approve' })], aWrite('m2', { verb: 'edit' }), NOW).add,
    ).toBeDefined()
  })
})

describe('the head of a lane', () => {
  test('[OB02] is taken up with a lease, and nothing behind it', () => {
    const lane = [aRow(1, 'm1'), aRow(2, 'm2', { follows: 'm1' })]
    expect(claimed(lane, 'r1', NOW)).toEqual({ ...lane[0], attempts: 1, lease })
    expect(claimed([], 'r1', NOW)).toBeNull()
  })

  test.each(['conflict', 'rejected', 'parked'] as const)('[OB06] waits for a person in state %s', (state) => {
    expect(claimed([aRow(1, 'm1', { state }), aRow(2, 'm2')], 'r1', NOW)).toBeNull()
  })

  test('[OB07] waits for its time', () => {
    expect(claimed([aRow(1, 'm1', { nextAt: NOW + 1 })], 'r1', NOW)).toBeNull()
    expect(claimed([aRow(1, 'm1', { nextAt: NOW })], 'r1', NOW)).not.toBeNull()
  })

  test('[OB07] waits for no time that a clock gave which was set back since', () => {
    const nextAt = NOW + WAIT_MAX_MS
    expect(claimed([aRow(1, 'm1', { nextAt })], 'r1', NOW)).toBeNull()
    expect(claimed([aRow(1, 'm1', { nextAt })], 'r1', NOW - 1)).not.toBeNull()
  })

  test('[OB11] is taken up from a sender that is dead', () => {
    expect(claimed([aRow(1, 'm1', { lease, attempts: 1 })], 'r2', NOW)).toMatchObject({ lease: { by: 'r2' } })
  })

  test('[OB06] is left alone when a later version wrote it', () => {
    expect(claimed([aRow(1, 'm1', { v: 2 })], 'r1', NOW)).toBeNull()
  })
})

describe('what became of a write', () => {
  const follower = aRow(2, 'm2', { verb: 'edit', follows: 'm1', baseRev: 1 })

  const change = (parts = {}) => aRow(1, 'm1', { verb: 'edit', baseRev: 4, ...parts })

  test('[OB05] what was made on it is made on the rev that came of it', () => {
    expect(settled([aRow(1, 'm1'), follower], 'm1', 1).put).toEqual([
      { ...follower, follows: null, baseRev: 1 },
    ])
    expect(settled([change(), follower], 'm1', 5)).toEqual({
      remove: [1],
      put: [{ ...follower, follows: null, baseRev: 5 }],
    })
  })

  test('[OB05] what was made on one that others’ changes were merged with keeps the rev its writer saw, and names it', () => {
    const after = ['m1']
    expect(settled([change(), follower], 'm1', 7).put).toEqual([
      { ...follower, follows: null, baseRev: 4, after },
    ])
    const second = change({ after: ['m0'] })
    expect(settled([second, follower], 'm1', 9).put).toMatchObject([{ baseRev: 4, after: ['m0', 'm1'] }])
    expect(settled([second, follower], 'm1', 6).put).toMatchObject([{ baseRev: 6 }])
    expect(settled([aRow(1, 'm1'), follower], 'm1', 3).put).toEqual([
      { ...follower, follows: null, baseRev: 1 },
    ])
  })

  test('[OB10] the second that says so finds nothing left to do', () => {
    expect(settled([follower], 'm1', 9)).toEqual({})
    expect(failed([follower], 'm1', { trouble })).toEqual({})
  })

  test('[OB06] a failure frees it and says why', () => {
    expect(failed([aRow(1, 'm1', { lease })], 'm1', { trouble, state: 'conflict' })).toEqual({
      put: [aRow(1, 'm1', { trouble, state: 'conflict' })],
    })
  })
})

describe('what a person decides', () => {
  const refused = aRow(1, 'm1', { state: 'conflict', verb: 'edit', attempts: 2, trouble })
  const follower = aRow(2, 'm2', { verb: 'edit', follows: 'm1' })

  test('[OB03] what was refused goes again under a new key, on the rev that is given', () => {
    const { put } = resent([refused, follower], 'm1', { mutationId: 'm9', baseRev: 5, now: NOW })
    expect(put).toEqual([
      { ...refused, mutationId: 'm9', baseRev: 5, state: 'queued', attempts: 0, trouble: null },
      { ...follower, follows: 'm9' },
    ])
  })

  test.each(['queued', 'parked'] as const)('[OB03] what is %s goes again under its own key', (state) => {
    const row = aRow(1, 'm1', { state, attempts: 3, failures: 3, nextAt: NOW + 1000 })
    const { put } = resent([row], 'm1', { mutationId: 'm9', now: NOW })
    expect(put).toEqual([{ ...row, state: 'queued', failures: 0, nextAt: 0 }])
  })

  test('[OB03] a correction takes the place of what was refused, under its own key', () => {
    const write = aWrite('m9', { verb: 'edit', baseRev: 7 })
    const { put } = replaced([refused, follower], 'm1', write)
    expect(put).toEqual([
      expect.objectContaining({ ...write, seq: 1, state: 'queued', attempts: 0, trouble: null }),
      { ...follower, follows: 'm9' },
    ])
    expect(replaced([aRow(1, 'm1', { attempts: 1 })], 'm1', write)).toEqual({})
  })

  test('[OB12] what is given up goes, and a new row takes with it what was made on it', () => {
    expect(discarded([aRow(1, 'm1', { state: 'rejected' }), follower], 'm1', NOW)).toEqual({ remove: [1, 2] })
    expect(discarded([refused, follower], 'm1', NOW)).toEqual({
      remove: [1],
      put: [{ ...follower, follows: null, baseRev: refused.baseRev }],
    })
    expect(discarded([follower], 'm1', NOW)).toEqual({})
  })

  test('[OB12] what is being sent is neither given up nor sent again', () => {
    const sending = aRow(1, 'm1', { lease, attempts: 1 })
    expect(discarded([sending], 'm1', NOW)).toBeNull()
    expect(resent([sending], 'm1', { mutationId: 'm9', now: NOW })).toEqual({})
  })

  test('[OB12] a lease that has run out, or that a clock which was set back gave, is none', () => {
    expect(isBeingSent({ lease }, NOW + LEASE_MS)).toBe(false)
    expect(isBeingSent({ lease }, NOW - 1)).toBe(false)
    expect(isBeingSent({ lease }, NOW)).toBe(true)
  })
})

describe('a field that a newer build has added', () => {
  const added = { colour: 'green' }
  const refused = { ...aRow(1, 'm1', { state: 'rejected' }), ...added }
  const first = { ...aRow(1, 'm1'), ...added }
  const second = { ...aRow(2, 'm2', { verb: 'edit', follows: 'm1' }), ...added }

  test.each([
    ['is joined by another', () => appended([first], aWrite('m3', { verb: 'edit' }), NOW).put],
    ['becomes a removal', () => appended([second], aWrite('m3', { verb: 'delete' }), NOW).put],
    ['is taken up', () => [claimed([first], 'r1', NOW)]],
    ['fails', () => failed([first], 'm1', { trouble }).put],
    ['follows one that is settled', () => settled([first, second], 'm1', 1).put],
    ['follows one that is given up', () => discarded([{ ...first, verb: 'edit' }, second], 'm1', NOW)?.put],
    ['is sent again', () => resent([refused, second], 'm1', { mutationId: 'm3', now: NOW }).put],
    ['is corrected', () => replaced([refused, second], 'm1', aWrite('m3')).put],
  ])('[OB04] is still there when the write %s', (_name, step) => {
    const rows = step()
    expect(rows?.length).toBeGreaterThan(0)
    for (const row of rows ?? []) expect(row).toMatchObject(added)
  })
})
