import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely'
import type { Schema } from './schema.ts'

/** What somebody may see: one organisation, some of its properties. */
export interface Scope {
  orgId: string
  properties: readonly string[]
}

/** The condition every query of rows begins with: nobody sees past their scope, a filter only narrows it. */
export function within(
  { orgId, properties }: Scope,
  propertyId?: string,
): (eb: ExpressionBuilder<Schema, 'transactions' | 'tasks'>) => Expression<SqlBool> {
  const asked = propertyId === undefined ? [...properties] : properties.filter((id) => id === propertyId)
  return (eb) =>
    eb.and([
      eb('orgId', '=', orgId),
      // PostgreSQL does not read `in ()`.
      asked.length === 0 ? sql<SqlBool>`1 = 0` : eb('propertyId', 'in', asked),
    ])
}
