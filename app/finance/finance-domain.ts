import type { TransactionFilter } from '../../worker/wire/finance.ts'
import { applyEvents } from '../realtime/apply-events.ts'
import type { CachedDomain } from '../realtime/cache-writer.ts'
import { FINANCE_DERIVED_KEY, TRANSACTIONS_KEY, type CachedTransactionPage } from './queries.ts'
import { matchesFilter, transactionKind } from './transaction-kind.ts'

/** Which event patches which list, and which aggregates it makes stale. */
export const financeDomain: CachedDomain = {
  topic: 'finance',
  listKey: TRANSACTIONS_KEY,
  derivedKey: FINANCE_DERIVED_KEY,
  patch: (pages, events, filter) =>
    applyEvents(pages as readonly CachedTransactionPage[], events, transactionKind, (row) =>
      matchesFilter(row, filter as TransactionFilter),
    ),
}
