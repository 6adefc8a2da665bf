import type { Kysely } from 'kysely'
import * as v from 'valibot'
import { Id, Instant } from '../../worker/wire/primitives.ts'
import type { TaskFilter, TaskRow } from '../../worker/wire/tasks.ts'
import type { Schema } from '../store/schema.ts'
import { within, type Scope } from '../store/within.ts'

/** The order of the list, newest first. */
export const TaskKey = v.tuple([Instant, Id])
export type TaskKey = v.InferOutput<typeof TaskKey>

/** Every query begins here: nobody sees past the organisation and the properties of their token. */
function visible(db: Kysely<Schema>, scope: Scope, propertyId?: string) {
  return db.selectFrom('tasks').selectAll().where(within(scope, propertyId))
}

export function listTasks(
  db: Kysely<Schema>,
  scope: Scope,
  { propertyId, status }: TaskFilter,
  after: TaskKey | null,
  limit: number,
): Promise<TaskRow[]> {
  return visible(db, scope, propertyId)
    .$if(status !== undefined, (q) => q.where('status', '=', status!))
    .$if(after !== null, (q) => {
      const [createdAt, id] = after!
      return q.where((eb) =>
        eb.or([
          eb('createdAt', '<', createdAt),
          eb.and([eb('createdAt', '=', createdAt), eb('id', '<', id)]),
        ]),
      )
    })
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** The row, if it is one the caller may know of. */
export function taskById(db: Kysely<Schema>, scope: Scope, id: string): Promise<TaskRow | undefined> {
  return visible(db, scope).where('id', '=', id).executeTakeFirst()
}
