import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDomainWorld, type DomainWorld, type Member } from '../support/domain-world.ts'

const entry = { propertyId: 'acme-p1', amountMinor: 5, currency: 'USD', occurredOn: '2026-01-15' }
const kinds = [
  ['/api/finance/transactions', { ...entry, type: 'expense', description: 'Stamps' }],
  ['/api/tasks', { propertyId: 'acme-p1', title: 'Buy stamps' }],
] as const

let world: DomainWorld
let members: Member[]
beforeAll(async () => {
  world = await createDomainWorld()
  members = [await world.member('staff1@acme.test'), await world.member('owner@acme.test')]
})
afterAll(() => world.close())

/** On PostgreSQL the writes are under way at once; see TEST_DATABASE_URL. */
test.each(kinds)(
  'of %s that choose the same id at once one is entered, and the others are told',
  async (path, json) => {
    for (let round = 0; round < 10; round += 1) {
      const at = [...members, ...members].map((by) =>
        by.write('POST', path, { json: { ...json, id: `same-${round}` } }),
      )
      const statuses = (await Promise.all(at)).map(({ status }) => status)
      expect(statuses.toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409])
    }
  },
)
