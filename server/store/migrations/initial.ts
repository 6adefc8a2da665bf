import type { CreateTableBuilder, Kysely, Migration } from 'kysely'
import { columnTypes, type Dialect } from './column-types.ts'

/** Every table of the first release; what the columns mean stands in schema.ts. */
export function initial(dialect: Dialect): Migration {
  const { whole, sorted, serial, asSerial } = columnTypes(dialect)

  /** What every row of a domain has. */
  const withRow = <T extends string>(table: CreateTableBuilder<T>) =>
    table
      .addColumn('id', sorted, (c) => c.primaryKey())
      .addColumn('rev', 'integer', (c) => c.notNull())
      .addColumn('orgId', 'text', (c) => c.notNull().references('orgs.id'))
      .addColumn('propertyId', 'text', (c) => c.notNull().references('properties.id'))
      .addColumn('createdBy', 'text', (c) => c.notNull().references('users.id'))
      .addColumn('createdAt', whole, (c) => c.notNull())
      .addColumn('updatedAt', whole, (c) => c.notNull())

  return {
    async up(db: Kysely<unknown>) {
      const { schema } = db
      await schema
        .createTable('orgs')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('name', 'text', (c) => c.notNull())
        .addColumn('currency', 'text', (c) => c.notNull())
        .execute()
      await schema
        .createTable('properties')
        .addColumn('id', sorted, (c) => c.primaryKey())
        .addColumn('orgId', 'text', (c) => c.notNull().references('orgs.id'))
        .addColumn('name', sorted, (c) => c.notNull())
        .execute()
      await schema
        .createTable('users')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('orgId', 'text', (c) => c.notNull().references('orgs.id'))
        .addColumn('email', 'text', (c) => c.notNull().unique())
        .addColumn('name', sorted, (c) => c.notNull())
        .addColumn('role', 'text', (c) => c.notNull())
        .addColumn('passwordHash', 'text', (c) => c.notNull())
        .addColumn('disabled', 'integer', (c) => c.notNull())
        .execute()
      await schema
        .createTable('userProperties')
        .addColumn('userId', 'text', (c) => c.notNull().references('users.id'))
        .addColumn('propertyId', 'text', (c) => c.notNull().references('properties.id'))
        .addPrimaryKeyConstraint('userPropertiesKey', ['userId', 'propertyId'])
        .execute()
      await schema
        .createTable('sessions')
        .addColumn('sid', sorted, (c) => c.primaryKey())
        .addColumn('sh', 'text', (c) => c.notNull().unique())
        .addColumn('userId', 'text', (c) => c.notNull().references('users.id'))
        .addColumn('orgId', 'text', (c) => c.notNull())
        .addColumn('deviceId', 'text')
        .addColumn('ua', 'text', (c) => c.notNull())
        .addColumn('createdAt', whole, (c) => c.notNull())
        .addColumn('usedAt', whole, (c) => c.notNull())
        .addColumn('expiresAt', whole, (c) => c.notNull())
        .addColumn('confirmed', 'integer', (c) => c.notNull())
        .addColumn('issued', 'integer', (c) => c.notNull())
        .addColumn('issuedAt', whole, (c) => c.notNull())
        .addColumn('confirmedAt', whole, (c) => c.notNull())
        .addColumn('revokedAt', whole)
        .addColumn('revokedCode', 'text')
        .execute()
      await withRow(schema.createTable('transactions'))
        .addColumn('type', 'text', (c) => c.notNull())
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('amountMinor', whole, (c) => c.notNull())
        .addColumn('currency', 'text', (c) => c.notNull())
        .addColumn('description', 'text', (c) => c.notNull())
        .addColumn('occurredOn', sorted, (c) => c.notNull())
        .execute()
      await withRow(schema.createTable('tasks'))
        .addColumn('title', 'text', (c) => c.notNull())
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('assigneeId', 'text', (c) => c.references('users.id'))
        .addColumn('dueOn', 'text')
        .execute()
      await schema
        .createTable('idempotency')
        .addColumn('orgId', 'text', (c) => c.notNull())
        .addColumn('userId', 'text', (c) => c.notNull())
        .addColumn('key', 'text', (c) => c.notNull())
        .addColumn('fingerprint', 'text', (c) => c.notNull())
        .addColumn('status', 'integer', (c) => c.notNull())
        .addColumn('body', 'text', (c) => c.notNull())
        .addColumn('etag', 'text')
        .addColumn('createdAt', whole, (c) => c.notNull())
        .addPrimaryKeyConstraint('idempotencyKey', ['orgId', 'userId', 'key'])
        .execute()
      await schema
        .createTable('eventOutbox')
        .addColumn('position', serial, asSerial)
        .addColumn('id', 'text', (c) => c.notNull().unique())
        .addColumn('orgId', 'text', (c) => c.notNull())
        .addColumn('event', 'text', (c) => c.notNull())
        .addColumn('createdAt', whole, (c) => c.notNull())
        .execute()

      const index = (name: string, table: string, columns: string[]) =>
        schema.createIndex(name).on(table).columns(columns).execute()
      await index('propertiesByOrg', 'properties', ['orgId', 'name'])
      await index('usersByOrg', 'users', ['orgId', 'name'])
      await index('sessionsByUser', 'sessions', ['userId', 'usedAt'])
      await index('sessionsByRevoked', 'sessions', ['revokedAt'])
      await index('transactionsInOrder', 'transactions', ['orgId', 'occurredOn', 'createdAt', 'id'])
      await index('transactionsByStatus', 'transactions', ['orgId', 'status', 'occurredOn'])
      await index('tasksInOrder', 'tasks', ['orgId', 'createdAt', 'id'])
      await index('idempotencyByAge', 'idempotency', ['createdAt'])
    },
  }
}
