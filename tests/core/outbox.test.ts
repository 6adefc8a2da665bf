import { expect, test } from 'vitest'
import { createOutbox } from '../../worker/core/outbox.ts'
import type { OutboxRelay } from '../../worker/wire/outbox.ts'
import { createBrowserProfile } from '../support/browser-profile.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'
import { createVirtualPlatform } from '../support/virtual-platform.ts'
import { aWrite, LANE } from '../support/writes.ts'

function createPair() {
  const time = createVirtualClock()
  const profile = createBrowserProfile(time)
  const join = () => {
    const platform = createVirtualPlatform({ http: () => new Promise(() => {}), time, profile })
    return { platform, outbox: createOutbox({ ...platform, table: platform.outbox }) }
  }
  return { time, profile, tab: join(), other: join() }
}

test('[OB01] a write is in the table when it is said to be kept, and stays when its context dies', async () => {
  const { tab, profile } = createPair()
  await tab.outbox.append(aWrite('m1'))
  tab.platform.die()
  expect(profile.outbox.rows()).toEqual([
    expect.objectContaining({ mutationId: 'm1', lane: LANE, attempts: 0 }),
  ])
})

test('[OB01] a database that refuses is told to who entered it, and nothing is said to be kept', async () => {
  const { tab, other } = createPair()
  const heard: OutboxRelay[] = []
  other.outbox.onNews((news) => void heard.push(news))
  const full = new DOMException('No space.', 'QuotaExceededError')
  const table = { all: () => Promise.resolve([]), change: () => Promise.reject(full) }
  const outbox = createOutbox({ ...tab.platform, table })
  await expect(outbox.append(aWrite('m1'))).rejects.toBe(full)
  expect(heard).toEqual([])
})

test('[OB02] rows of two tabs lie in the order of the database', async () => {
  const { tab, other } = createPair()
  await Promise.all([
    tab.outbox.append(aWrite('m1', { rowId: 'a' })),
    other.outbox.append(aWrite('m2', { rowId: 'b' })),
    tab.outbox.append(aWrite('m3', { rowId: 'c' })),
  ])
  expect((await other.outbox.rows()).map(({ seq, mutationId }) => [seq, mutationId])).toEqual([
    [1, 'm1'],
    [2, 'm2'],
    [3, 'm3'],
  ])
})

test('[OB10] every context hears once that a write is through, and with what', async () => {
  const { tab, other, time } = createPair()
  const heard: OutboxRelay[] = []
  other.outbox.onNews((news) => void (news.t === 'settled' && heard.push(news)))
  await tab.outbox.append(aWrite('m1'))
  const row = { lane: LANE, mutationId: 'm1' }
  await tab.outbox.settle(row, { row: { id: 'row1', rev: 1 } })
  await other.outbox.settle(row, { row: { id: 'row1', rev: 1 } })
  await time.advance(10)
  expect(heard).toEqual([{ v: 1, t: 'settled', mutationId: 'm1', row: { id: 'row1', rev: 1 } }])
})

test('[OB07] a try by hand is heard as one', async () => {
  const { tab, other, time } = createPair()
  await tab.outbox.append(aWrite('m1'))
  const heard: OutboxRelay[] = []
  other.outbox.onNews((news) => void heard.push(news))
  const [row] = await tab.outbox.rows()
  await tab.outbox.retry(row!, { mutationId: 'm2' })
  await time.advance(10)
  expect(heard.at(-1)).toEqual({ v: 1, t: 'changed', hurry: true })
})
