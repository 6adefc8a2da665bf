import { describe, expect, test } from 'vitest'
import { createPasswords } from '../../server/session/passwords.ts'
import { seedDemo } from '../../server/store/demo-data.ts'
import { openStore } from '../../server/store/open-store.ts'
import { createTestServer } from '../support/server.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const ACCOUNTS = [
  ['owner', 'owner', ['p1', 'p2', 'p3', 'p4', 'p5']],
  ['manager', 'manager', ['p1', 'p2', 'p3']],
  ['staff1', 'staff', ['p1']],
  ['staff2', 'staff', ['p2']],
  ['staff3', 'staff', ['p4']],
] as const

test.each(['acme', 'globex'])(
  'every account of %s signs in with its role and its properties, and reads rows of theirs alone',
  async (org) => {
    const server = await createTestServer()
    for (const [local, role, own] of ACCOUNTS) {
      const { user, properties, token } = await server.login(`${local}@${org}.test`)
      const ids = own.map((property) => `${org}-${property}`)
      expect(user).toMatchObject({ id: `${org}-${local}`, role })
      expect(new Set(properties.map(({ id }) => id))).toEqual(new Set(ids))
      for (const path of ['/api/finance/transactions?limit=1000', '/api/tasks?limit=1000']) {
        const reply = await server.request(path, { token })
        const { rows } = (await reply.json()) as { rows: { orgId: string; propertyId: string }[] }
        expect(new Set(rows.map(({ orgId, propertyId }) => `${orgId} ${propertyId}`))).toEqual(
          new Set(ids.map((id) => `${org} ${id}`)),
        )
      }
    }
    await server.close()
  },
)

describe('a store with anything in it', () => {
  const { hash } = createPasswords({ memoryKib: 8, passes: 1, lanes: 1 })
  const clock = createVirtualClock()

  test('is left alone: somebody’s first organisation does not become a demo', async () => {
    const store = await openStore({ databaseUrl: null, dataDir: ':memory:', log: () => {} })
    const org = { id: 'mine', name: 'My Houses', currency: 'GBP' }
    await store.db.insertInto('orgs').values(org).execute()
    await seedDemo({ store, clock, hashPassword: hash })
    expect(await store.db.selectFrom('orgs').selectAll().execute()).toEqual([org])
    expect(await store.db.selectFrom('users').selectAll().execute()).toEqual([])
    await store.close()
  })

  test('is left alone on a later day too: what was done in the demo stays done', async () => {
    const folder = tempFolder()
    const open = () => openStore({ databaseUrl: null, dataDir: folder, log: () => {} })
    const first = await open()
    await seedDemo({ store: first, clock, hashPassword: hash })
    await first.db.deleteFrom('transactions').where('orgId', '=', 'acme').execute()
    const left = await first.db.selectFrom('transactions').selectAll().orderBy('id').execute()
    await first.close()

    await clock.advance(3 * 24 * 60 * 60 * 1000)
    const second = await open()
    await seedDemo({ store: second, clock, hashPassword: hash })
    expect(await second.db.selectFrom('transactions').selectAll().orderBy('id').execute()).toEqual(left)
    await second.close()
  })

  test('has all of its demo or none: what fails half way leaves nothing', async () => {
    const store = await openStore({ databaseUrl: null, dataDir: ':memory:', log: () => {} })
    await store.db.schema.alterTable('tasks').renameTo('elsewhere').execute()
    await expect(seedDemo({ store, clock, hashPassword: hash })).rejects.toThrow()
    expect(await store.db.selectFrom('orgs').selectAll().execute()).toEqual([])
    await store.db.schema.alterTable('elsewhere').renameTo('tasks').execute()
    await seedDemo({ store, clock, hashPassword: hash })
    expect(await store.db.selectFrom('orgs').select('id').orderBy('id').execute()).toHaveLength(2)
    await store.close()
  })
})
