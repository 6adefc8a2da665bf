import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { matchesFilter, transactionKind } from '../../app/finance/transaction-kind.ts'
import { applyEvents } from '../../app/realtime/apply-events.ts'
import type { EventEnvelope } from '../../worker/wire/event.ts'
import { TransactionPage, type TransactionRow } from '../../worker/wire/finance.ts'
import { SubscribeAnswer } from '../../worker/wire/subscribe.ts'
import { createDomainWorld, type DomainWorld, type Member } from '../support/domain-world.ts'

const PATH = '/api/finance/transactions'
const DAY = '2001-02-03'
const entry = {
  propertyId: 'acme-p1',
  type: 'expense',
  amountMinor: 700,
  currency: 'USD',
  description: 'Paint',
  occurredOn: DAY,
} as const

let world: DomainWorld
let owner: Member
let manager: Member
/** Of the first property, and of the second. */
let first: Member
let second: Member
beforeAll(async () => {
  world = await createDomainWorld()
  owner = await world.member('owner@acme.test')
  manager = await world.member('manager@acme.test')
  first = await world.member('staff1@acme.test')
  second = await world.member('staff2@acme.test')
})
afterAll(() => world.close())

async function listOf(member: Member): Promise<TransactionPage> {
  const reply = await member.get(`${PATH}?from=${DAY}&to=${DAY}&limit=1000`)
  return v.parse(TransactionPage, await reply.json())
}

/** Everything the feed has for the member after the cursor. */
async function pollAll(member: Member, from: string): Promise<EventEnvelope[]> {
  const events: EventEnvelope[] = []
  for (let cursor = from; ;) {
    const reply = await member.get('/finance/realtime/subscribe?p=poller-01&wait=0', { 'Rt-Cursor': cursor })
    const answer = v.parse(SubscribeAnswer, await reply.json())
    expect(answer.gap).toBeNull()
    events.push(...answer.events)
    if (!answer.more) return events
    cursor = answer.cursor
  }
}

const told = (events: readonly EventEnvelope[]) => events.map(({ type, propertyId }) => [type, propertyId])
const create = async (by: Member, json: object = entry) =>
  (await (await by.write('POST', PATH, { json })).json()) as TransactionRow

describe('a poll from the cursor of a list', () => {
  test('delivers a later write, as its row, under the key of the write and the id of the request', async () => {
    const { cursor } = await listOf(first)
    const key = '0190b6e2-58a4-7cc3-9e0b-2f7d1c3a5b6d'
    const headers = { 'X-Request-Id': 'req-of-the-write' }
    const reply = await first.write('POST', PATH, { json: entry, key, headers })
    const row: unknown = await reply.json()
    expect(await pollAll(first, cursor)).toMatchObject([
      { type: 'transaction.created', mutationId: key, requestId: 'req-of-the-write', data: row },
    ])
  })

  test('delivers nothing of another property or another organisation', async () => {
    const stranger = await world.member('owner@globex.test')
    const cursors = { second: (await listOf(second)).cursor, stranger: (await listOf(stranger)).cursor }
    await create(first)
    expect(await pollAll(second, cursors.second)).toEqual([])
    expect(await pollAll(stranger, cursors.stranger)).toEqual([])
  })

  test('tells who sees only the property an entry left that it is gone, and who sees only the other that it came', async () => {
    const row = await create(first)
    const before = [(await listOf(first)).cursor, (await listOf(second)).cursor] as const
    const reply = await manager.write('PATCH', `${PATH}/${row.id}`, {
      json: { propertyId: 'acme-p2' },
      rev: 1,
    })
    expect(reply.status).toBe(200)
    const [left, came] = [await pollAll(first, before[0]), await pollAll(second, before[1])]
    expect(told(left)).toEqual([['transaction.deleted', 'acme-p1']])
    expect(told(came)).toEqual([['transaction.updated', 'acme-p2']])
    // Where it went, and what became of it there, is not for who sees only where it was.
    expect(left[0]?.data).toEqual(row)
  })
})

const step = fc.record({
  verb: fc.constantFrom('create', 'edit', 'move', 'delete', 'approve', 'reject'),
  property: fc.constantFrom('acme-p1', 'acme-p2', 'acme-p4'),
  /** Which of the rows there are; an id for a new one. */
  which: fc.nat(3),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** Does what can be done, as the owner; ids come back after their rows are gone. */
async function carryOut(run: number, { verb, property, which }: Step, rows: Map<string, TransactionRow>) {
  const id = `law-${run}-${which}`
  const row = rows.get(id)
  const path = `${PATH}/${id}`
  if (verb === 'create') {
    if (!row) rows.set(id, await create(owner, { ...entry, id, propertyId: property }))
    return
  }
  if (row?.status !== 'pending') return
  const { rev } = row
  if (verb === 'delete') {
    expect((await owner.write('DELETE', path, { rev })).status).toBe(200)
    rows.delete(id)
    return
  }
  const json = verb === 'edit' ? { amountMinor: row.amountMinor + 1 } : { propertyId: property }
  const reply =
    verb === 'edit' || verb === 'move'
      ? await owner.write('PATCH', path, { json, rev })
      : await owner.write('POST', `${path}/${verb}`, { rev })
  expect(reply.status).toBe(200)
  rows.set(id, (await reply.json()) as TransactionRow)
}

/** A feed across a network: writes fall before and after the moment the position is taken. */
function slowly(turns: number): () => void {
  const { broker } = world.server
  const { position } = broker
  const pass = async () => {
    for (let n = 0; n < turns; n += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  broker.position = async (orgId) => {
    await pass()
    const taken = await position(orgId)
    await pass()
    return taken
  }
  return () => void (broker.position = position)
}

test('whenever a list was read, its rows and the polls from its cursor are the list as it is in the end', async () => {
  let run = 0
  const steps = fc.array(step, { minLength: 1, maxLength: 16, size: 'max' })
  const law = fc.asyncProperty(steps, fc.nat(15), fc.nat(6), async (plan, at, turns) => {
    run += 1
    const readers = [owner, manager, first, second]
    const rows = new Map<string, TransactionRow>()
    const asFast = slowly(turns)
    let reading: Promise<TransactionPage[]> | undefined
    for (const [index, one] of plan.entries()) {
      // Beside the writes that follow: the answer may then hold them or not.
      if (index === at % plan.length) reading = Promise.all(readers.map(listOf))
      await carryOut(run, one, rows)
    }
    const pages = await reading!
    asFast()
    for (const [index, reader] of readers.entries()) {
      const { rows: read, cursor } = pages[index]!
      const events = await pollAll(reader, cursor)
      const [patched] = applyEvents([{ rows: read, end: null }], events, transactionKind, (row) =>
        matchesFilter(row, { from: DAY, to: DAY }),
      )
      expect(patched?.rows).toEqual((await listOf(reader)).rows)
    }
  })
  await fc.assert(law, { numRuns: 60 })
})
