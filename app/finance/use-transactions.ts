import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { TransactionFilter, TransactionRow } from '../../worker/wire/finance.ts'
import type { LocalWrite } from '../realtime/local-writes.ts'
import { overlayWrites, type ViewRow } from '../realtime/overlay-writes.ts'
import { useLocalWrites, useRealtime } from '../realtime/runtime-provider.tsx'
import { transactionsQuery } from './queries.ts'
import { matchesFilter, transactionKind } from './transaction-kind.ts'
import { useStreamStarted } from './use-stream-started.ts'

/** One list of the ledger, newest first: the rows loaded so far with the page's own writes laid over them. */
export function useTransactions(filter: TransactionFilter) {
  const { api } = useRealtime()
  const query = useInfiniteQuery({ ...transactionsQuery(api, filter), enabled: useStreamStarted() })
  const writes = useLocalWrites()
  const pages = query.data?.pages
  const isStuck = query.isError || query.fetchStatus === 'paused'
  const views = useMemo((): ViewRow<TransactionRow>[] | null => {
    const own = writes.filter((write): write is LocalWrite<TransactionRow> => write.topic === 'finance')
    // What was entered on this device is on it, whatever else is not.
    if (!pages && (!isStuck || own.length === 0)) return null
    const rows = pages?.flatMap((page) => page.rows) ?? []
    const views = overlayWrites(rows, own, transactionKind, (row) => matchesFilter(row, filter))
    return pages || views.length > 0 ? views : null
  }, [pages, writes, filter, isStuck])
  return { query, views }
}
