import { afterAll, beforeAll, expect, test } from 'vitest'
import * as v from 'valibot'
import { PeopleAnswer } from '../../worker/wire/session.ts'
import { createDomainWorld, type DomainWorld } from '../support/domain-world.ts'

let world: DomainWorld
beforeAll(async () => {
  world = await createDomainWorld()
})
afterAll(() => world.close())

test.each(['acme', 'globex'])(
  'everybody of %s knows their colleagues by name, and nobody else',
  async (org) => {
    for (const name of ['owner', 'staff3']) {
      const member = await world.member(`${name}@${org}.test`)
      const reply = await member.get('/api/people')
      const text = await reply.text()
      const { people } = v.parse(v.strictObject(PeopleAnswer.entries), JSON.parse(text))
      expect(people.map(({ id }) => id).toSorted()).toEqual(
        ['manager', 'owner', 'staff1', 'staff2', 'staff3'].map((local) => `${org}-${local}`),
      )
      expect(people.map((person) => person.name)).toEqual(people.map((person) => person.name).toSorted())
      expect(text).not.toMatch(/@|argon2/)
    }
  },
)
