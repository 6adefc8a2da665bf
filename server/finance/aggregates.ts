import { sql, type Kysely } from 'kysely'
import type {
  DailyApprovals,
  ProfitLoss,
  TodayPending,
  TransactionFilter,
  TransactionStatus,
} from '../../worker/wire/finance.ts'
import type { Schema } from '../store/schema.ts'
import type { Scope } from '../store/within.ts'
import { visible } from './transaction-store.ts'

const count = sql<number>`cast(count(*) as bigint)`
const revenueMinor = sql<number>`cast(sum(case when ${sql.ref('type')} = 'revenue' then ${sql.ref('amountMinor')} else 0 end) as bigint)`
const expenseMinor = sql<number>`cast(sum(case when ${sql.ref('type')} = 'expense' then ${sql.ref('amountMinor')} else 0 end) as bigint)`

/** Sums per currency, the busiest first: different currencies are never added up. */
async function totals(db: Kysely<Schema>, scope: Scope, filter: TransactionFilter) {
  const rows = await visible(db, scope, filter)
    .select(['currency', count.as('count'), revenueMinor.as('revenueMinor'), expenseMinor.as('expenseMinor')])
    .groupBy('currency')
    .orderBy('count', 'desc')
    .orderBy('currency')
    .execute()
  return rows.map(withNet)
}

/** Approved rows only. */
export async function profitLoss(
  db: Kysely<Schema>,
  scope: Scope,
  range: Pick<TransactionFilter, 'propertyId' | 'from' | 'to'>,
): Promise<ProfitLoss> {
  const approved = { ...range, status: 'approved' as const }
  const days = await visible(db, scope, approved)
    .select([
      'occurredOn as date',
      'currency',
      revenueMinor.as('revenueMinor'),
      expenseMinor.as('expenseMinor'),
    ])
    .groupBy(['occurredOn', 'currency'])
    .orderBy('occurredOn')
    .orderBy('currency')
    .execute()
  return {
    from: range.from ?? null,
    to: range.to ?? null,
    totals: await totals(db, scope, approved),
    days: days.map(withNet),
  }
}

export async function todayPending(
  db: Kysely<Schema>,
  scope: Scope,
  propertyId: string | undefined,
  date: string,
): Promise<TodayPending> {
  const pending: TransactionFilter = { ...property(propertyId), status: 'pending' }
  const ofDay = await totals(db, scope, { ...pending, from: date, to: date })
  return {
    date,
    count: ofDay.reduce((sum, total) => sum + total.count, 0),
    allCount: await countOf(db, scope, pending),
    totals: ofDay,
  }
}

export async function dailyApprovals(
  db: Kysely<Schema>,
  scope: Scope,
  propertyId: string | undefined,
  date: string,
): Promise<DailyApprovals> {
  const day: TransactionFilter = { ...property(propertyId), from: date, to: date }
  const withStatus = (status: TransactionStatus) => countOf(db, scope, { ...day, status })
  return {
    date,
    approvedCount: await withStatus('approved'),
    rejectedCount: await withStatus('rejected'),
    pendingCount: await withStatus('pending'),
    totals: await totals(db, scope, { ...day, status: 'approved' }),
  }
}

async function countOf(db: Kysely<Schema>, scope: Scope, filter: TransactionFilter): Promise<number> {
  const row = await visible(db, scope, filter).select(count.as('count')).executeTakeFirstOrThrow()
  return row.count
}

function withNet<T extends { revenueMinor: number; expenseMinor: number }>(row: T): T & { netMinor: number } {
  return { ...row, netMinor: row.revenueMinor - row.expenseMinor }
}

function property(propertyId: string | undefined): Pick<TransactionFilter, 'propertyId'> {
  return propertyId === undefined ? {} : { propertyId }
}
