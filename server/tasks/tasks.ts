import { Hono } from 'hono'
import * as v from 'valibot'
import { CreateTask, EditTask, TaskFilter } from '../../worker/wire/tasks.ts'
import type { Clock, Random } from '../deps.ts'
import type { AppEnv } from '../http/app-env.ts'
import { parseMark } from '../http/page-mark.ts'
import { readQuery } from '../http/read-query.ts'
import { answerPage, PageQuery } from '../http/row-page.ts'
import type { Broker } from '../realtime/broker.ts'
import type { EventPublisher } from '../store/event-publisher.ts'
import type { Store } from '../store/open-store.ts'
import { createWrites } from '../writes/writes.ts'
import { listTasks, taskById, TaskKey } from './task-store.ts'
import { createTaskWrites } from './task-writes.ts'

const ListQuery = v.object({ ...TaskFilter.entries, ...PageQuery.entries })
const PATH = '/api/tasks'

/** The second domain: the same rules as the ledger, on another kind of row. */
export function createTasks(deps: {
  store: Pick<Store, 'db'>
  broker: Broker
  publisher: EventPublisher
  clock: Clock
  random: Random
  retireDeploysBefore: number
}): Hono<AppEnv> {
  const { db } = deps.store
  const writes = createWrites(deps)
  const tasks = createTaskWrites(deps)
  const kind = { topic: 'tasks', read: taskById } as const

  return new Hono<AppEnv>()
    .get(PATH, (c) => {
      const { limit, after, ...filter } = readQuery(c, ListQuery)
      const key = after === undefined ? null : parseMark(after, TaskKey)
      const read = (rows: number) => listTasks(db, c.get('caller'), filter, key, rows)
      return answerPage(c, deps.broker, limit, read, (row) => [row.createdAt, row.id])
    })
    .post(PATH, (c) =>
      writes.run(c, { ...kind, schema: CreateTask, needsRev: false }, (write) => tasks.create(write)),
    )
    .patch(`${PATH}/:id`, (c) =>
      writes.run(c, { ...kind, schema: EditTask, needsRev: true }, (write) =>
        tasks.edit(write, c.req.param('id')),
      ),
    )
}
