import { Hono } from 'hono'
import type { PeopleAnswer } from '../../worker/wire/session.ts'
import type { AppEnv } from '../http/app-env.ts'
import type { Store } from '../store/open-store.ts'

/** Names of the caller's colleagues, so that a row can say who entered it. No address of anybody. */
export function createPeople(deps: { store: Pick<Store, 'db'> }): Hono<AppEnv> {
  return new Hono<AppEnv>().get('/api/people', async (c) => {
    const people: PeopleAnswer['people'] = await deps.store.db
      .selectFrom('users')
      .select(['id', 'name', 'role'])
      .where('orgId', '=', c.get('caller').orgId)
      .orderBy('name')
      .orderBy('id')
      .execute()
    return c.json({ people })
  })
}
