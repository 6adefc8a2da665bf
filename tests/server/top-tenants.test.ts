import { expect, test } from 'vitest'
import type { TenantRows } from '../../server/ops/tenant-rows.ts'
import { createTopTenants, LOOK_REST_MS, LOOK_SLICE } from '../../server/ops/top-tenants.ts'
import { noCounts } from '../../server/realtime/org-counts.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

/**
 * So many organisations, of which the one called `o7` has published most; and how often all of them were looked at.
 *
 * @param turnMs how long others take when they have their turn
 */
function rig(orgs: number, turnMs = 0) {
  const clock = createVirtualClock()
  const counted = { looks: 0, rows: 0 }
  const known = Array.from({ length: orgs }, (_, n) => ({
    orgId: `o${n}`,
    buffer: { events: n, bytes: 0 },
    counts: { ...noCounts(), published: n === 7 ? 1e6 : n },
  }))
  const tenants: Pick<TenantRows, 'orgs' | 'rowOf'> = {
    orgs() {
      counted.looks += 1
      return known
    },
    rowOf({ orgId, buffer, counts }) {
      counted.rows += 1
      const { events, bytes } = buffer
      return { org: orgId, waiters: 0, sessions: 0, bufferedEvents: events, bufferedBytes: bytes, ...counts }
    },
  }
  const busy = { ...clock, after: (ms: number, fn: () => void) => clock.after(ms + turnMs, fn) }
  return { clock, counted, known, top: createTopTenants({ tenants, clock: busy }).top }
}

const idsOf = ({ rows }: { rows: readonly { org: string }[] }) => rows.map(({ org }) => org)

test('one look answers every order, and as much of it as is asked for', async () => {
  const { counted, top } = rig(100)
  expect(idsOf(await top('published', 2))).toEqual(['o7', 'o99'])
  expect(idsOf(await top('events', 3))).toEqual(['o99', 'o98', 'o97'])
  expect((await top('bytes', 50)).rows).toHaveLength(50)
  expect(await top('gaps', 1)).toMatchObject({ orgs: 100 })
  expect(counted).toEqual({ looks: 1, rows: 100 })
})

test('who asks while one looks waits for the same look', async () => {
  const { clock, counted, top } = rig(3 * LOOK_SLICE)
  const asked = Array.from({ length: 20 }, () => top('published', 1))
  await clock.advance(1)
  for (const told of await Promise.all(asked)) expect(idsOf(told)).toEqual(['o7'])
  expect(counted.looks).toBe(1)
})

test('nobody is looked at again within a second, and everybody after it', async () => {
  const { clock, counted, known, top } = rig(10)
  const first = await top('published', 1)
  known[3]!.counts.published = 1e9
  await clock.advance(LOOK_REST_MS - 1)
  expect(await top('published', 1)).toEqual(first)
  expect(counted.looks).toBe(1)
  await clock.advance(1)
  expect(idsOf(await top('published', 1))).toEqual(['o3'])
  expect(counted.looks).toBe(2)
})

test('polls have their turn while many organisations are looked at', async () => {
  const { clock, counted, top } = rig(2 * LOOK_SLICE + 1)
  const told = top('published', 1)
  expect(counted.rows).toBe(LOOK_SLICE)
  await clock.advance(0)
  await told
  expect(counted.rows).toBe(2 * LOOK_SLICE + 1)
})

test('a look that took long is followed by a rest that is ten times as long', async () => {
  const { clock, counted, top } = rig(LOOK_SLICE + 1, 400)
  const told = top('published', 1)
  await clock.advance(400)
  await told
  await clock.advance(3999)
  await top('published', 1)
  expect(counted.looks).toBe(1)
  await clock.advance(1)
  void top('published', 1)
  expect(counted.looks).toBe(2)
})
