import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EventEnvelope } from '../../worker/wire/event.ts'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import { problemOf } from '../support/auth-client.ts'
import { createDomainWorld, type DomainWorld, type Member } from '../support/domain-world.ts'

const PATH = '/api/finance/transactions'
const entry = {
  propertyId: 'acme-p1',
  type: 'revenue',
  amountMinor: 3300,
  currency: 'USD',
  description: 'Late checkout',
  occurredOn: '2026-01-15',
}

let world: DomainWorld
let staff: Member
let manager: Member
let members: Member[]
beforeAll(async () => {
  world = await createDomainWorld()
  staff = await world.member('staff1@acme.test')
  manager = await world.member('manager@acme.test')
  members = [staff, manager, await world.member('owner@acme.test')]
})
afterAll(() => world.close())

const replayed = (reply: Response) => reply.headers.get('idempotency-replayed') === 'true'
const rowsUnder = (description: string) =>
  world.server.store.db
    .selectFrom('transactions')
    .selectAll()
    .where('description', '=', description)
    .execute()
const sorted = (texts: readonly (string | undefined)[]) =>
  texts.toSorted((a = '', b = '') => (a < b ? -1 : a > b ? 1 : 0))
const keysOf = (events: readonly EventEnvelope[]) => sorted(events.map(({ mutationId }) => mutationId))

describe('a write that is sent again before its first answer', () => {
  test('does not keep other writes of the same person waiting, nor the same key of another', async () => {
    const key = randomUUID()
    const replies = await Promise.all([
      staff.write('POST', PATH, { json: entry, key }),
      staff.write('POST', PATH, { json: entry }),
      manager.write('POST', PATH, { json: entry, key }),
    ])
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201])
    const ids = await Promise.all(replies.map(async (reply) => ((await reply.json()) as TransactionRow).id))
    expect(new Set(ids).size).toBe(3)
  })

  test('twenty times at once is applied once and told once, and each that comes back has the one answer', async () => {
    const description = 'Twenty at once'
    const write = { json: { ...entry, description }, key: randomUUID() }
    const answers: string[] = []
    const events = await world.eventsOf('acme', async () => {
      const tries = Array.from({ length: 20 }, async () => {
        let reply = await staff.write('POST', PATH, write)
        while (reply.status === 409) {
          expect(reply.headers.get('retry-after')).toBe('1')
          await new Promise((resolve) => setImmediate(resolve))
          reply = await staff.write('POST', PATH, write)
        }
        expect(reply.status).toBe(201)
        answers.push(await reply.text())
      })
      await Promise.all(tries)
    })
    expect(answers).toHaveLength(20)
    expect(new Set(answers).size).toBe(1)
    expect(await rowsUnder(description)).toEqual([JSON.parse(answers[0]!)])
    expect(keysOf(events)).toEqual([write.key])
  })

  test('twenty times at once is approved once, though each saw the same rev', async () => {
    const { id } = (await (await staff.write('POST', PATH, { json: entry })).json()) as TransactionRow
    const key = randomUUID()
    const approve = () => manager.write('POST', `${PATH}/${id}/approve`, { rev: 1, key })
    const events = await world.eventsOf('acme', async () => {
      const replies = await Promise.all(Array.from({ length: 20 }, approve))
      for (const { status } of replies) expect([200, 409]).toContain(status)
      const firsts = replies.filter((reply) => reply.status === 200 && !replayed(reply))
      expect(firsts).toHaveLength(1)
    })
    expect(keysOf(events)).toEqual([key])
    const again = await approve()
    expect([again.status, replayed(again)]).toEqual([200, true])
  })
})

describe('a key whose write was refused', () => {
  const send = (init: object) => staff.write('POST', PATH, { json: entry, ...init })
  const created = async () => (await (await send({})).json()) as TransactionRow

  test.each([
    ['for its actor', '403 actor_mismatch', { headers: { 'Rt-Actor': 'acme-owner' } }],
    ['for want of an actor', '400 actor_required', { headers: { 'Rt-Actor': null } }],
    ['for its body', '422 validation_failed', { json: { ...entry, amountMinor: -1 } }],
  ])('%s before anything was looked at is still unused', async (_why, problem, wrong) => {
    const key = randomUUID()
    expect(await problemOf(await send({ key, ...wrong }))).toBe(problem)
    const right = await send({ key })
    expect([right.status, replayed(right)]).toEqual([201, false])
  })

  test('for its precondition is still unused', async () => {
    const { id } = await created()
    const key = randomUUID()
    const edit = (init: object) =>
      staff.write('PATCH', `${PATH}/${id}`, { json: { amountMinor: 1 }, key, ...init })
    expect(await problemOf(await edit({}))).toBe('428 precondition_required')
    expect(await problemOf(await edit({ headers: { 'If-Match': '1' } }))).toBe('400 bad_request')
    expect((await edit({ rev: 1 })).status).toBe(200)
  })

  test('by the ledger itself stands for that refusal; the same change under a new key is another write', async () => {
    const { id } = await created()
    await staff.write('PATCH', `${PATH}/${id}`, { json: { amountMinor: 1 }, rev: 1 })
    const key = randomUUID()
    const stale = { json: { amountMinor: 2 }, rev: 1, key }
    expect(await problemOf(await staff.write('PATCH', `${PATH}/${id}`, stale))).toBe('412 conflict')
    const fresh = { ...stale, rev: 2 }
    expect(await problemOf(await staff.write('PATCH', `${PATH}/${id}`, fresh))).toBe('422 key_reused')
    const another = await staff.write('PATCH', `${PATH}/${id}`, { ...fresh, key: randomUUID() })
    expect(another.status).toBe(200)
  })
})

const attempt = fc.record({ who: fc.nat(2), key: fc.nat(2), body: fc.nat(1), alone: fc.boolean() })

test('however writes are repeated, mixed up and overlapped, each person’s key makes one row and one event', async () => {
  let run = 0
  const law = fc.asyncProperty(fc.array(attempt, { minLength: 1, maxLength: 14 }), async (attempts) => {
    run += 1
    const description = `Law ${run}`
    const keys = [randomUUID(), randomUUID(), randomUUID()]
    /** The one body that each person’s key stands for, and the row it made. */
    const applied = new Map<string, { body: number; text: string }>()
    const outcomes: { name: string; body: number; reply: Response; text: string }[] = []
    const events = await world.eventsOf('acme', async () => {
      const underWay: Promise<unknown>[] = []
      for (const { who, key, body, alone } of attempts) {
        const json = { ...entry, description, amountMinor: 100 + body }
        const send = async () => {
          const reply = await members[who]!.write('POST', PATH, { json, key: keys[key]! })
          outcomes.push({ name: `${who} ${key}`, body, reply, text: await reply.text() })
        }
        const one = send()
        underWay.push(one)
        if (alone) await one
      }
      await Promise.all(underWay)
    })
    for (const { name, body, reply, text } of outcomes) {
      if (reply.status !== 201 || replayed(reply)) continue
      expect(applied.has(name)).toBe(false)
      applied.set(name, { body, text })
    }
    for (const { name, body, reply, text } of outcomes) {
      const first = applied.get(name)!
      if (reply.status === 201) expect([body, text]).toEqual([first.body, first.text])
      else if (reply.status === 422) expect(body).not.toBe(first.body)
      else expect([reply.status, text]).toEqual([409, expect.stringContaining('"in_progress"')])
    }
    const made = [...applied.values()].map(({ text }) => JSON.parse(text) as TransactionRow)
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
    expect((await rowsUnder(description)).toSorted(byId)).toEqual(made.toSorted(byId))
    expect(applied.size).toBe(new Set(attempts.map(({ who, key }) => `${who} ${key}`)).size)
    const used = [...applied.keys()].map((name) => keys[Number(name.split(' ')[1])])
    expect(keysOf(events)).toEqual(sorted(used))
  })
  await fc.assert(law, { numRuns: 40 })
})
