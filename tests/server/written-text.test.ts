import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import { createDomainWorld, type DomainWorld, type Member } from '../support/domain-world.ts'

let world: DomainWorld
let staff: Member
beforeAll(async () => {
  world = await createDomainWorld()
  staff = await world.member('staff1@acme.test')
})
afterAll(() => world.close())

const entry = {
  propertyId: 'acme-p1',
  type: 'expense',
  amountMinor: 900,
  currency: 'USD',
  occurredOn: '2026-01-15',
}
const kinds = {
  finance: { path: '/api/finance/transactions', table: 'transactions', field: 'description', rest: entry },
  tasks: { path: '/api/tasks', table: 'tasks', field: 'title', rest: { propertyId: 'acme-p1' } },
} as const

interface Answer {
  id: string
  issues?: { path: string }[]
}

/** Enters a row with the text; what came of it, and the row as each reader finds it. */
async function enter(kind: keyof typeof kinds, text: string) {
  const { path, table, field, rest } = kinds[kind]
  let reply = new Response()
  const events = await world.eventsOf('acme', async () => {
    reply = await staff.write('POST', path, { json: { ...rest, [field]: text } })
  })
  const answer = (await reply.json()) as Answer
  const stored = world.server.store.db
    .selectFrom(table)
    .selectAll()
    .where('id', '=', answer.id ?? '')
  return {
    status: reply.status,
    answer,
    told: events.map(({ data }) => data),
    stored: await stored.execute(),
  }
}

/** With every kind of trouble there is in a string, far more often than chance would bring it. */
const text = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 3 }),
    fc.constantFrom(
      '\0',
      '\ud83d',
      '\ude00',
      '😀',
      '\ufeff',
      '\u2028',
      '"',
      '\\',
      ' ',
      'é',
      'e\u0301',
      '\uffff',
    ),
  ),
  { minLength: 1, maxLength: 6 },
)

test.each(['finance', 'tasks'] as const)(
  'of %s, a text is stored and told as it was answered, or refused by name',
  async (kind) => {
    const law = fc.asyncProperty(text, async (parts) => {
      const { status, answer, told, stored } = await enter(kind, parts.join(''))
      if (status === 201) {
        expect(stored).toEqual([answer])
        expect(told).toEqual([answer])
      } else {
        expect([status, answer.issues?.map(({ path }) => path)]).toEqual([422, [kinds[kind].field]])
        expect(told).toEqual([])
      }
    })
    await fc.assert(law, { numRuns: 150, examples: [[['a\0b']], [['\ud83d']], [['😀']]] })
  },
)

test('a letter that needs two units is a letter, and half of it is none', async () => {
  expect((await enter('finance', 'Paid 😀')).status).toBe(201)
  expect((await enter('finance', 'Paid \ud83d')).status).toBe(422)
  expect((await enter('finance', 'Paid \0')).status).toBe(422)
})

test('an edit holds to the same', async () => {
  const { answer } = await enter('finance', 'Fuel')
  const json = { description: 'Fuel\0 and oil' }
  const reply = await staff.write('PATCH', `${kinds.finance.path}/${answer.id}`, { json, rev: 1 })
  expect(reply.status).toBe(422)
})

test('an id is given once: a row that was removed keeps it', async () => {
  const { path } = kinds.finance
  const json = { ...entry, id: 'used-once', description: 'First' }
  await staff.write('POST', path, { json })
  await staff.write('DELETE', `${path}/used-once`, { rev: 1 })
  const again = await staff.write('POST', path, { json: { ...json, description: 'Second' } })
  expect(again.status).toBe(409)
  const { rows } = (await (await staff.get(path)).json()) as { rows: TransactionRow[] }
  expect(rows).not.toContainEqual(expect.objectContaining({ id: 'used-once' }))
})
