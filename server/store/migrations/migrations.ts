import type { Migration } from 'kysely'
import type { Dialect } from './column-types.ts'
import { auditOrigin } from './audit-origin.ts'
import { deploys } from './deploys.ts'
import { initial } from './initial.ts'
import { mutations } from './mutations.ts'
import { sessionAudit } from './session-audit.ts'

/** In order of their names; one that has run anywhere is never changed again. */
export function migrations(dialect: Dialect): Record<string, Migration> {
  return {
    '0001-initial': initial(dialect),
    '0002-deploys': deploys(dialect),
    '0003-session-audit': sessionAudit(dialect),
    '0004-mutations': mutations(dialect),
    '0005-audit-origin': auditOrigin(),
  }
}
