import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { TransactionFilter, TransactionPage } from '../../worker/wire/finance.ts'
import type { Api } from '../realtime/api.ts'
import { transactionKey, type TransactionKey } from './transaction-kind.ts'

export const TRANSACTIONS_KEY = ['finance', 'transactions'] as const
export const FINANCE_DERIVED_KEY = ['finance', 'derived'] as const

/** A page as the cache holds it: `end` says down to where it covers the list. */
export interface CachedTransactionPage extends TransactionPage {
  end: TransactionKey | null
}

export function transactionsQuery(api: Api, filter: TransactionFilter) {
  return infiniteQueryOptions({
    queryKey: [...TRANSACTIONS_KEY, filter] as const,
    queryFn: async ({ pageParam }): Promise<CachedTransactionPage> => {
      const page = await api.transactions(filter, pageParam)
      const last = page.rows.at(-1)
      return { ...page, end: page.next !== null && last ? transactionKey(last) : null }
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  })
}

export function profitLossQuery(api: Api, range: { propertyId?: string; from: string; to: string }) {
  return queryOptions({
    queryKey: [...FINANCE_DERIVED_KEY, 'profit-loss', range] as const,
    queryFn: () => api.profitLoss(range),
  })
}

export function todayPendingQuery(api: Api, query: { propertyId?: string; date: string }) {
  return queryOptions({
    queryKey: [...FINANCE_DERIVED_KEY, 'today-pending', query] as const,
    queryFn: () => api.todayPending(query),
  })
}

export function dailyApprovalsQuery(api: Api, query: { propertyId?: string; date: string }) {
  return queryOptions({
    queryKey: [...FINANCE_DERIVED_KEY, 'daily-approvals', query] as const,
    queryFn: () => api.dailyApprovals(query),
  })
}
