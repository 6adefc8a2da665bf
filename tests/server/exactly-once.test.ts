import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import { createDomainWorld, type DomainWorld, type Member } from '../support/domain-world.ts'
import { createTestServer, type TestServer } from '../support/server.ts'
import { checkMeaning, createWriteHistory, type Intent, type WriteHistory } from '../support/write-history.ts'

const PATH = '/api/finance/transactions'
const NAMES = ['staff1@acme.test', 'manager@acme.test', 'owner@acme.test'] as const
const FIRST_APPROVER = 1
const HOUR_MS = 3_600_000

let world: DomainWorld
let servers: TestServer[]
let members: Member[]
let history: WriteHistory
beforeAll(async () => {
  world = await createDomainWorld()
  servers = [world.server, await createTestServer({ beside: world.server })]
  // Either process may publish what the other has written down.
  for (const { broker } of servers) {
    const { publish } = broker
    broker.publish = (orgId, events) => {
      history.note(events)
      return publish(orgId, events)
    }
  }
})
afterAll(async () => {
  await servers[1]?.close()
  await world.close()
})
const signIn = async () => {
  members = await Promise.all(NAMES.map((name) => world.member(name)))
}
beforeEach(signIn)

async function send(intent: Intent, process: number): Promise<void> {
  const { key, who, kind, id, patch, baseRev, after } = intent
  const by = members[who]!
  const first = { key, at: servers[process]! }
  const init = { ...first, rev: baseRev, headers: { 'Rt-After': after.join(', ') || null } }
  const own = `${PATH}/${id}`
  const reply = await (kind === 'create'
    ? by.write('POST', PATH, { ...first, json: { ...patch, id } })
    : kind === 'edit'
      ? by.write('PATCH', own, { ...init, json: patch })
      : kind === 'remove'
        ? by.write('DELETE', own, init)
        : by.write('POST', `${own}/${kind}`, init))
  const replayed = reply.headers.get('idempotency-replayed') === 'true'
  intent.replies.push({ status: reply.status, replayed })
}

const isApplied = ({ replies }: Intent) => replies.some(({ status }) => status < 400)

/** Applied once if anybody was told so and not at all if nobody was, in the name of whoever meant it. */
async function checkOnce(intent: Intent): Promise<void> {
  const times = isApplied(intent) ? 1 : 0
  expect(history.of(intent)).toHaveLength(times)
  expect(intent.replies.filter(({ status, replayed }) => status < 400 && !replayed)).toHaveLength(times)
  const mutations = world.server.store.db.selectFrom('mutations').select('userId')
  const authors = await mutations.where('mutationId', '=', intent.key).execute()
  expect(authors).toEqual(times === 1 ? [{ userId: members[intent.who]!.id }] : [])
}

async function checkRow(id: string): Promise<void> {
  const states = history.statesOf(id)
  expect(states.map(({ rev }) => rev)).toEqual(states.map((_, n) => n + 1))
  const stored = world.server.store.db.selectFrom('transactions').selectAll().where('id', '=', id)
  expect(await stored.execute()).toEqual(history.isRemoved(id) ? [] : states.slice(-1))
}

const whole = {
  propertyId: 'acme-p1',
  type: 'expense',
  amountMinor: 9,
  currency: 'USD',
  description: 'Fuel',
  occurredOn: '2026-01-15',
} as const
const amountMinor = fc.integer({ min: 1, max: 3 })
const currency = fc.constantFrom('USD', 'EUR')
const description = fc.constantFrom('Fuel', 'Fuel and oil')
const occurredOn = fc.constantFrom('2026-01-15', '2026-01-14')
const patch = fc.oneof(
  ...[{ amountMinor }, { currency }, { description }, { occurredOn }].map((one) =>
    fc.record<Partial<TransactionRow>>(one),
  ),
  fc.record({ amountMinor, currency }),
  fc.record({ amountMinor, description }),
)
const meant = fc.record({
  kind: fc.oneof(
    { weight: 24, arbitrary: fc.constant('edit' as const) },
    { weight: 2, arbitrary: fc.constant('create' as const) },
    { weight: 1, arbitrary: fc.constantFrom('approve' as const, 'reject' as const, 'remove' as const) },
  ),
  row: fc.constantFrom(0, 0, 0, 1),
  who: fc.nat(2),
  /** How far behind the row its author is. */
  behind: fc.nat(3),
  /** They go on from what they have written themselves. */
  goesOn: fc.boolean(),
  patch,
})
type Meant = typeof meant extends fc.Arbitrary<infer T> ? T : never
const copies = { process: fc.nat(1), twice: fc.boolean(), alone: fc.boolean() }
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant('new' as const), meant, ...copies }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('again' as const), which: fc.nat(20), ...copies }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), hour: fc.boolean() }) },
)

function intentOf(intent: Omit<Intent, 'key' | 'replies'>): Intent {
  return { ...intent, key: randomUUID(), replies: [] }
}

function mean(
  { kind, row, who, behind, goesOn, patch }: Meant,
  ids: readonly string[],
  intents: readonly Intent[],
): Intent {
  const id = ids[row]!
  const isDecision = kind === 'approve' || kind === 'reject'
  const author = isDecision ? Math.max(FIRST_APPROVER, who) : who
  const own = intents.filter((other) => other.id === id && other.who === author).slice(-3)
  return intentOf({
    kind,
    id,
    who: author,
    patch: kind === 'create' ? { ...whole, ...patch } : kind === 'edit' ? patch : {},
    baseRev: Math.max(1, history.statesOf(id).length - behind),
    after: goesOn && kind !== 'create' ? own.map(({ key }) => key) : [],
  })
}

test('however writes are repeated, late and side by side, each is applied once or not at all and undoes nothing unseen', async () => {
  let run = 0
  const seen = { applied: 0, merged: 0, refused: 0 }
  const law = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
    run += 1
    history = createWriteHistory()
    const ids = [`once-${run}-a`, `once-${run}-b`]
    const intents = [intentOf({ kind: 'create', id: ids[0]!, who: 0, patch: whole, baseRev: 0, after: [] })]
    await send(intents[0]!, 0)
    let underWay: Promise<void>[] = []
    const settle = async () => {
      await Promise.all(underWay)
      underWay = []
    }
    for (const each of steps) {
      if (each.do === 'wait') {
        await settle()
        await (each.hour ? world.server.clock.advance(HOUR_MS) : world.outliveRecords())
        await signIn()
        continue
      }
      const intent =
        each.do === 'again' ? intents[each.which % intents.length]! : mean(each.meant, ids, intents)
      if (each.do === 'new') intents.push(intent)
      underWay.push(send(intent, each.process))
      if (each.twice) underWay.push(send(intent, 1 - each.process))
      if (each.alone) await settle()
    }
    await settle()
    for (const intent of intents) {
      await checkOnce(intent)
      checkMeaning(history, intent)
    }
    for (const id of ids) await checkRow(id)

    // A device that lay in a drawer for months sends again whatever anybody was ever told is done.
    await world.outliveRecords()
    await signIn()
    const told = history.size()
    for (const intent of intents.filter(isApplied)) {
      await send(intent, 0)
      const status = intent.kind === 'create' ? 201 : 200
      expect(intent.replies.at(-1)).toEqual({ status, replayed: true })
    }
    expect(history.size()).toBe(told)
    for (const id of ids) await checkRow(id)

    for (const intent of intents) {
      const row = history.of(intent)[0]?.data as { rev: number } | undefined
      seen[row ? 'applied' : 'refused'] += 1
      if (row && intent.kind === 'edit' && row.rev > intent.baseRev + 1) seen.merged += 1
    }
  })
  await fc.assert(law, { numRuns: 60 })
  // The law is worth something only where the runs have met what it is about.
  expect(seen.applied).toBeGreaterThan(100)
  expect(seen.merged).toBeGreaterThan(30)
  expect(seen.refused).toBeGreaterThan(60)
}, 60_000)
