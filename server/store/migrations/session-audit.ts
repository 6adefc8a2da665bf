import type { Kysely, Migration } from 'kysely'
import { columnTypes, type Dialect } from './column-types.ts'

/** How sessions ended, for whoever has to find out. */
export function sessionAudit(dialect: Dialect): Migration {
  const { whole, sorted } = columnTypes(dialect)
  return {
    async up({ schema }: Kysely<unknown>) {
      await schema
        .createTable('sessionAudit')
        .addColumn('id', sorted, (c) => c.primaryKey())
        .addColumn('at', whole, (c) => c.notNull())
        .addColumn('orgId', 'text', (c) => c.notNull())
        .addColumn('userId', 'text', (c) => c.notNull())
        .addColumn('sh', 'text', (c) => c.notNull())
        .addColumn('kind', 'text', (c) => c.notNull())
        .execute()
      await schema.createIndex('sessionAuditOfOrg').on('sessionAudit').columns(['orgId', 'id']).execute()
    },
  }
}
