import type { Kysely } from 'kysely'
import type { CreateTask, EditTask, TaskRow } from '../../worker/wire/tasks.ts'
import type { Random } from '../deps.ts'
import { HttpProblem } from '../http/problem.ts'
import type { Schema } from '../store/schema.ts'
import { clashOfPatch, type MergeRules } from '../writes/clash.ts'
import { isMerge, overwritten } from '../writes/stale.ts'
import type { Write, Written } from '../writes/write.ts'
import { taskById } from './task-store.ts'

/** Each field of a task is a matter of its own, also whether it is done. */
const MERGE_RULES: MergeRules = { units: [], relies: [] }

/** What can be done to a task; whoever sees it may change it. Each throws why it was not done, and then has done nothing. */
export function createTaskWrites(deps: { random: Pick<Random, 'uuid7'> }) {
  return {
    async create({ trx, caller, body, now }: Write<CreateTask>): Promise<Written> {
      const { id = deps.random.uuid7(), propertyId, title, assigneeId = null, dueOn = null } = body
      if (!caller.properties.includes(propertyId)) {
        throw new HttpProblem('forbidden_property', { detail: 'This property is not one of yours.' })
      }
      await requireColleague(trx, caller.orgId, assigneeId)
      const row: TaskRow = {
        id,
        rev: 1,
        orgId: caller.orgId,
        propertyId,
        title,
        status: 'open',
        assigneeId,
        dueOn,
        createdBy: caller.userId,
        createdAt: now,
        updatedAt: now,
      }
      // Not a look and then an insert: PostgreSQL lets two writes look before either has inserted.
      const { numInsertedOrUpdatedRows: entered } = await trx
        .insertInto('tasks')
        .values(row)
        .onConflict((taken) => taken.column('id').doNothing())
        .executeTakeFirstOrThrow()
      if (entered !== 1n) {
        const current = await taskById(trx, caller, id)
        throw new HttpProblem('invalid_state', { detail: 'There is a task with this id already.', current })
      }
      return { status: 201, row, before: {}, events: [{ type: 'task.created', row }] }
    },

    async edit(write: Write<EditTask>, id: string): Promise<Written> {
      const { trx, caller, body, now } = write
      const patch = given(body)
      for (;;) {
        const before = await taskById(trx, caller, id)
        if (!before) throw new HttpProblem('not_found', { detail: 'There is no such task.' })
        const merged = await isMerge(write, 'tasks', before, (unseen) =>
          clashOfPatch(unseen, before, patch, MERGE_RULES),
        )
        await requireColleague(trx, caller.orgId, body.assigneeId ?? null)
        const row: TaskRow = { ...before, ...patch, rev: before.rev + 1, updatedAt: now }
        const written = await trx
          .updateTable('tasks')
          .set(row)
          .where('id', '=', id)
          .where('rev', '=', before.rev)
          .executeTakeFirst()
        // Somebody else was faster, on a store that runs writes at once: the row is judged anew.
        if (written.numUpdatedRows === 0n) continue
        const events: Written['events'] = [{ type: 'task.updated', row }]
        return { status: 200, row, before: overwritten(before, patch), merged, events }
      }
    },
  }
}

/** A task is given to somebody of the same organisation. */
async function requireColleague(trx: Kysely<Schema>, orgId: string, userId: string | null): Promise<void> {
  if (userId === null) return
  const user = await trx
    .selectFrom('users')
    .select('id')
    .where('id', '=', userId)
    .where('orgId', '=', orgId)
    .executeTakeFirst()
  if (user) return
  const issues = [{ path: 'assigneeId', message: 'must be somebody of your organisation' }]
  throw new HttpProblem('validation_failed', { detail: 'The body is readable and wrong.', issues })
}

function given(body: EditTask): Partial<TaskRow> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
}
