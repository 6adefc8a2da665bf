import { sql, type Kysely, type Migration } from 'kysely'
import { columnTypes, type Dialect } from './column-types.ts'

const BATCH_ROWS = 200

interface Kept {
  idempotency: { orgId: string; userId: string; key: string; fingerprint: string; status: number } & {
    body: string
    createdAt: number
  }
  mutations: Record<string, string | number | null>
}

/** The permanent register of writes. What is applied already and still has its record is entered, so that it is known for ever too. */
export function mutations(dialect: Dialect): Migration {
  const { whole, sorted } = columnTypes(dialect)
  return {
    async up(db: Kysely<unknown>) {
      const { schema } = db
      await schema
        .createTable('mutations')
        .addColumn('orgId', 'text', (c) => c.notNull())
        .addColumn('userId', 'text', (c) => c.notNull())
        .addColumn('mutationId', 'text', (c) => c.notNull())
        .addColumn('fingerprint', 'text', (c) => c.notNull())
        .addColumn('topic', 'text', (c) => c.notNull())
        .addColumn('rowId', sorted, (c) => c.notNull())
        .addColumn('rev', 'integer', (c) => c.notNull())
        .addColumn('status', 'integer', (c) => c.notNull())
        .addColumn('before', 'text')
        .addColumn('at', whole, (c) => c.notNull())
        .addPrimaryKeyConstraint('mutationsKey', ['orgId', 'userId', 'mutationId'])
        .execute()
      // Not unique: before there was this table an id could be taken again once its row was removed.
      await schema.createIndex('mutationsOfRow').on('mutations').columns(['topic', 'rowId', 'rev']).execute()
      await schema
        .alterTable('idempotency')
        .addColumn('merged', 'integer', (c) => c.notNull().defaultTo(0))
        .execute()
      await enterRecords(db)
    },
  }
}

async function enterRecords(db: Kysely<Kept>): Promise<void> {
  let after = ['', '', '']
  for (;;) {
    const records = await db
      .selectFrom('idempotency')
      .select(['orgId', 'userId', 'key', 'fingerprint', 'status', 'body', 'createdAt'])
      .where('status', 'in', [200, 201])
      .where(sql<boolean>`("orgId", "userId", "key") > (${after[0]}, ${after[1]}, ${after[2]})`)
      .orderBy('orgId')
      .orderBy('userId')
      .orderBy('key')
      .limit(BATCH_ROWS)
      .execute()
    const last = records.at(-1)
    if (!last) return
    await db
      .insertInto('mutations')
      .values(
        records.map(({ key, body, createdAt, ...record }) => {
          const row = JSON.parse(body) as { id: string; rev: number; title?: string }
          // Of the two kinds of rows there were, only tasks have a title.
          const topic = row.title === undefined ? 'finance' : 'tasks'
          const known = { mutationId: key, topic, rowId: row.id, rev: row.rev, at: createdAt }
          return { ...record, ...known, before: null }
        }),
      )
      .execute()
    after = [last.orgId, last.userId, last.key]
  }
}
