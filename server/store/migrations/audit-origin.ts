import type { Kysely, Migration } from 'kysely'

/** By which request a session ended, and from where. */
export function auditOrigin(): Migration {
  return {
    async up({ schema }: Kysely<unknown>) {
      await schema.alterTable('sessionAudit').addColumn('requestId', 'text').execute()
      await schema.alterTable('sessionAudit').addColumn('address', 'text').execute()
    },
  }
}
