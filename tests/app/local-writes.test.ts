import { beforeEach, describe, expect, it } from 'vitest'
import { createLocalWrites, type LocalWrite, type LocalWrites } from '../../app/realtime/local-writes.ts'
import type { Saved } from '../../app/realtime/save-write.ts'
import { createOutbox, type Outbox } from '../../worker/core/outbox.ts'
import { LEASE_MS, type NewWrite, type OutboxState } from '../../worker/wire/outbox.ts'
import type { SessionView } from '../../worker/wire/port.ts'
import { CHANNEL_DELAY_MS, createBrowserProfile } from '../support/browser-profile.ts'
import { localWrite, transactionRow } from '../support/finance-rows.ts'
import { createVirtualClock, type VirtualClock } from '../support/virtual-clock.ts'
import { createVirtualPlatform } from '../support/virtual-platform.ts'

const row = transactionRow({ rev: 3 })
const session = (userId: string): SessionView => ({
  sh: 's1',
  user: { id: userId, name: userId, email: `${userId}@acme.test`, role: 'staff' },
  org: { id: 'acme', name: 'Acme' },
  properties: [],
})
const settledAll = () => time.advance(CHANNEL_DELAY_MS)

let time: VirtualClock
let outbox: Outbox
let other: Outbox
let writes: LocalWrites
let signedIn: SessionView | null
let applied: { write: LocalWrite; row: unknown }[]
let saved: Saved | null
let keys: number

function start(): LocalWrites {
  return createLocalWrites({
    outbox,
    session: () => signedIn,
    tabId: 'tab1',
    async save(write: NewWrite) {
      if (saved) return saved
      await outbox.append(write)
      return { is: 'kept' }
    },
    now: time.now,
    newId: () => `new-${(keys += 1)}`,
    apply: (write, row) => void applied.push({ write, row }),
    report: (error) => {
      throw error
    },
  })
}

beforeEach(() => {
  time = createVirtualClock()
  const profile = createBrowserProfile(time)
  const join = () => {
    const platform = createVirtualPlatform({ http: () => new Promise(() => {}), time, profile })
    return createOutbox({ ...platform, table: platform.outbox })
  }
  outbox = join()
  other = join()
  signedIn = session('u1')
  applied = []
  saved = null
  keys = 0
  writes = start()
})

const states = () => writes.list().map(({ state }) => state)

/** What a sender makes of the only write there is. */
async function comesBack(state: OutboxState, code = 'validation_failed', status = 422): Promise<void> {
  const [first] = await outbox.rows()
  const trouble = { code, status, at: 0, problem: { code, current: { ...row, rev: 9 } } }
  await outbox.fail(first!, { state, trouble })
  await settledAll()
}

describe('a local write', () => {
  it('is in the list once it is on the disk, and still there for a page that is opened later', async () => {
    expect(await writes.submit(localWrite(row))).toEqual({ is: 'kept' })
    expect(states()).toEqual(['waiting'])
    expect(await outbox.rows()).toMatchObject([{ tab: 'tab1' }])
    const later = start()
    await settledAll()
    expect(later.list()).toMatchObject([{ mutationId: 'm-t1', row, actorId: 'u1', state: 'waiting' }])
  })

  it('that was not stored is in no list, and says why', async () => {
    saved = { is: 'lost', why: 'storage_full' }
    expect(await writes.submit(localWrite(row))).toBe(saved)
    expect([writes.list(), applied]).toEqual([[], []])
  })

  it('that went straight to the server is applied with the row of its answer', async () => {
    saved = { is: 'sent', row: { ...row, rev: 4 } }
    await writes.submit(localWrite(row))
    expect([writes.list(), applied.map(({ row }) => row)]).toEqual([[], [{ ...row, rev: 4 }]])
  })

  it('of another tab is shown as well', async () => {
    await other.append({ ...localWrite(row), userId: 'u1', orgId: 'acme' })
    await settledAll()
    expect(states()).toEqual(['waiting'])
  })

  it('is being sent while its lease lasts, and cannot be discarded then', async () => {
    await writes.submit(localWrite(row))
    const [first] = await outbox.rows()
    await outbox.claim(first!.lane, 'a sender')
    await settledAll()
    expect(states()).toEqual(['sending'])
    expect(await writes.discard('m-t1')).toBe(false)
    await time.advance(LEASE_MS)
    expect(await writes.discard('m-t1'), 'its sender is dead').toBe(true)
  })

  it('is applied and gone once a sender has settled it; its event finds nothing left to do', async () => {
    await writes.submit(localWrite(row))
    const [first] = await outbox.rows()
    await other.settle(first!, { row: { ...row, rev: 4 } })
    await settledAll()
    expect([writes.list(), applied.map(({ row }) => row)]).toEqual([[], [{ ...row, rev: 4 }]])
    const before = writes.list()
    writes.settled('m-t1', { ...row, rev: 4 })
    expect(writes.list()).toBe(before)
  })

  it('whose event came first is gone at once, and from the disk as well', async () => {
    await writes.submit(localWrite(row))
    writes.settled('m-t1', { ...row, rev: 4 })
    expect(writes.list()).toEqual([])
    await settledAll()
    expect(await outbox.rows()).toEqual([])
  })

  it.each(['conflict', 'rejected', 'parked'] as const)(
    'in %s shows what the server said, and waits for a person',
    async (state) => {
      await writes.submit(localWrite(row))
      await comesBack(state)
      writes.retryAll()
      await settledAll()
      expect(writes.list()).toMatchObject([
        { state, error: { code: 'validation_failed', problem: { current: { rev: 9 } } } },
      ])
    },
  )

  it('that was refused goes again under a new key, on the rev that was decided for', async () => {
    await writes.submit(localWrite(row))
    await comesBack('conflict', 'conflict', 412)
    writes.retry('m-t1', 9)
    await settledAll()
    expect(writes.list()).toMatchObject([
      { mutationId: 'new-1', baseRev: 9, state: 'waiting', error: null, attempts: 0 },
    ])
  })

  it('that was refused is corrected in its place', async () => {
    await writes.submit(localWrite(row))
    await comesBack('rejected')
    writes.replace('m-t1', localWrite({ ...row, description: 'Rent, May' }, { mutationId: 'm2' }))
    await settledAll()
    expect(writes.list()).toMatchObject([
      { mutationId: 'm2', state: 'waiting', row: { description: 'Rent, May' } },
    ])
  })

  it('that waits takes a further change into itself: one line, one key', async () => {
    await writes.submit(localWrite(row))
    await writes.submit(localWrite({ ...row, description: 'Rent, May' }, { mutationId: 'm2' }))
    expect(writes.list()).toMatchObject([{ mutationId: 'm2', row: { description: 'Rent, May' } }])
  })

  it('keeps its identity for as long as nothing about it changes', async () => {
    await writes.submit(localWrite(row))
    const [before] = writes.list()
    await writes.submit(localWrite(transactionRow({ id: 't2' })))
    expect(writes.list()[0]).toBe(before)
  })

  it('is discarded when asked, and all of them are', async () => {
    await writes.submit(localWrite(row))
    await writes.submit(localWrite(transactionRow({ id: 't2' })))
    expect(await writes.discard('m-t1')).toBe(true)
    await settledAll()
    expect(writes.list()).toHaveLength(1)
    await writes.discardAll()
    expect([writes.list(), await outbox.rows()]).toEqual([[], []])
  })
})

describe('when somebody else signs in', () => {
  it('what the last person entered is counted and not shown, and is theirs again when they come back', async () => {
    await writes.submit(localWrite(row))
    await writes.submit(localWrite(transactionRow({ id: 't2' })))
    signedIn = session('u2')
    writes.arrange()
    expect([writes.list(), writes.sealed()]).toEqual([[], 2])
    signedIn = null
    writes.arrange()
    expect([writes.list(), writes.sealed()]).toEqual([[], 2])
    signedIn = session('u1')
    writes.arrange()
    expect([writes.list().length, writes.sealed()]).toEqual([2, 0])
  })

  it('nothing of theirs is retried, replaced or discarded', async () => {
    await writes.submit(localWrite(row))
    const before = await outbox.rows()
    signedIn = session('u2')
    writes.arrange()
    writes.retryAll()
    await writes.discardAll()
    await settledAll()
    expect(await outbox.rows()).toEqual(before)
  })
})
