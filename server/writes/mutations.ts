import type { Kysely, Selectable } from 'kysely'
import type { Topic } from '../../worker/wire/event.ts'
import type { Schema } from '../store/schema.ts'
import type { Unseen } from './clash.ts'

export type Mutation = Selectable<Schema['mutations']>

/** The row of a mutation. */
interface Place {
  topic: Topic
  rowId: string
}

/** In the transaction of the write itself: both are kept or neither is. Rejects when the key stands for a write already. */
export async function keepMutation(trx: Kysely<Schema>, mutation: Mutation): Promise<void> {
  await trx.insertInto('mutations').values(mutation).execute()
}

/** Whether a row ever had this id. An id is given once: a write to the row that had it must not find another under its name. */
export async function isIdUsed(db: Kysely<Schema>, { topic, rowId }: Place): Promise<boolean> {
  const found = await db
    .selectFrom('mutations')
    .select('rev')
    .where('topic', '=', topic)
    .where('rowId', '=', rowId)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

/** What somebody has seen of a row: a rev, and what they themselves have written to it since. */
interface Seen {
  rev: number
  own: { userId: string; keys: readonly string[] }
}

/**
 * What somebody has not seen of the row at `rev`. Null when that is not known: the rev they saw is none the row ever had,
 * or lies before the time of this register.
 */
export async function unseenSince(
  db: Kysely<Schema>,
  { topic, rowId }: Place,
  seen: Seen,
  rev: number,
): Promise<Unseen | null> {
  const changes = await db
    .selectFrom('mutations')
    .select(['rev', 'before', 'userId', 'mutationId'])
    .where('topic', '=', topic)
    .where('rowId', '=', rowId)
    .where('rev', '>', seen.rev)
    .where('rev', '<=', rev)
    .orderBy('rev')
    .execute()
  const isWhole = rev > seen.rev && changes.length === rev - seen.rev
  const unseen = new Map<string, unknown>()
  for (const [index, { rev: made, before, userId, mutationId }] of changes.entries()) {
    if (before === null || made !== seen.rev + 1 + index) return null
    if (userId === seen.own.userId && seen.own.keys.includes(mutationId)) continue
    for (const [field, value] of Object.entries(JSON.parse(before) as Record<string, unknown>))
      if (!unseen.has(field)) unseen.set(field, value)
  }
  return isWhole ? unseen : null
}
