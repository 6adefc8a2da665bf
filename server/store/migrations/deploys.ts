import type { Kysely, Migration } from 'kysely'
import { columnTypes, type Dialect } from './column-types.ts'

/** Which build was served when, counted. */
export function deploys(dialect: Dialect): Migration {
  const { whole } = columnTypes(dialect)
  return {
    async up({ schema }: Kysely<unknown>) {
      await schema
        .createTable('deploys')
        .addColumn('number', 'integer', (c) => c.primaryKey())
        .addColumn('fingerprint', 'text', (c) => c.notNull())
        .addColumn('startedAt', whole, (c) => c.notNull())
        .execute()
    },
  }
}
