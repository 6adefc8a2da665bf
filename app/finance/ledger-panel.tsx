import { lazy, Suspense, useCallback, useMemo, type Ref } from 'react'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import type { ViewRow } from '../realtime/overlay-writes.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { NotKept } from '../ui/not-kept.tsx'
import { useFinance } from './finance-context.tsx'
import { LedgerBar } from './ledger-bar.tsx'
import type { LedgerChoice } from './ledger-filter.ts'
import { LedgerSkeleton } from './ledger-skeleton.tsx'
import { PartFailed } from './part-failed.tsx'
import { matchesSearch } from './search-rows.ts'
import type { DecisionList } from './use-decision-list.ts'
import type { LedgerNews } from './use-ledger-news.ts'
import { useMedia } from './use-media.ts'
import { useRowHeight } from './use-row-height.ts'
import type { useTransactions } from './use-transactions.ts'

const Ledger = lazy(() => import('./ledger.tsx'))

/** Where a row is a card of two lines. */
const CARDS = '(max-width: 47.99rem)'
const DAY_HEIGHT_PX = 30
const CARD_HEIGHT_PX = 64
/** A line more, for what went wrong and the ways out. */
const TROUBLE_EXTRA_PX = 40

interface LedgerPanelProps {
  list: ReturnType<typeof useTransactions>
  choice: LedgerChoice
  onChoose: (change: Partial<LedgerChoice>) => void
  search: string
  /** Filter and search as one text. */
  asked: string
  onClearFilters: () => void
  isFiltered: boolean
  news: LedgerNews
  onOpen: (id: string) => void
  onActive: () => void
  onEnter: () => void
  handle: Ref<DecisionList>
}

/** The ledger in whatever state it is: loading, failed, empty, filtered to nothing, or ten thousand rows. */
export function LedgerPanel(props: LedgerPanelProps) {
  const { list, choice, search, onEnter } = props
  const { query, views } = list
  const { names } = useFinance()
  const isCard = useMedia(CARDS)
  const row = useRowHeight()
  const heights = useMemo(() => {
    const line = isCard ? CARD_HEIGHT_PX : row
    return { row: line, day: DAY_HEIGHT_PX, trouble: line + TROUBLE_EXTRA_PX }
  }, [isCard, row])

  const isSearching = search.trim() !== ''
  const found = useMemo(
    (): readonly ViewRow<TransactionRow>[] | null =>
      views && isSearching ? views.filter((view) => matchesSearch(view.row, search, names)) : views,
    [views, isSearching, search, names],
  )
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage])
  const mayFetchByItself = hasNextPage && !isFetchingNextPage && !isFetchNextPageError && !isSearching
  const olderWords = isSearching
    ? `Searched the ${(views?.length ?? 0).toLocaleString()} newest entries.`
    : 'Older entries'

  const foot = hasNextPage && (
    <>
      <span role={isFetchNextPageError ? 'alert' : undefined}>
        {isFetchNextPageError ? 'Older entries could not be loaded.' : olderWords}
      </span>
      {(isSearching || isFetchNextPageError) && (
        <Button size="small" disabled={isFetchingNextPage} onClick={more}>
          {isFetchNextPageError ? 'Try again' : 'Search older ones'}
        </Button>
      )}
    </>
  )

  return (
    <>
      <LedgerBar
        choice={choice}
        onChoose={props.onChoose}
        count={found?.length ?? null}
        goesOn={hasNextPage}
        isSearch={isSearching}
        fetchedAt={query.dataUpdatedAt}
      />
      {!query.data && (query.isError || views) && (
        <PartFailed
          what={views ? 'The ledger, apart from what you entered on this device,' : 'The ledger'}
          onRetry={() => void query.refetch()}
        />
      )}
      {!views && query.fetchStatus === 'paused' && <NotKept what="The ledger has" />}
      {!views && !query.isError && query.fetchStatus !== 'paused' && <LedgerSkeleton />}
      {found?.length === 0 && !props.isFiltered && (
        <EmptyState
          title="No entries yet"
          text="The first one starts the ledger. Everybody of your organisation sees it at once."
        >
          <Button kind="primary" onClick={onEnter}>
            Enter the first one
          </Button>
        </EmptyState>
      )}
      {found?.length === 0 && props.isFiltered && (
        <EmptyState
          title="Nothing matches"
          text={foot ? olderWords : 'No entry matches what is chosen above.'}
        >
          <Button onClick={props.onClearFilters}>Show everything</Button>
          {isSearching && hasNextPage && (
            <Button kind="quiet" disabled={isFetchingNextPage} onClick={more}>
              Search older ones
            </Button>
          )}
        </EmptyState>
      )}
      {found && found.length > 0 && (
        <Suspense fallback={<LedgerSkeleton />}>
          <Ledger
            views={found}
            heights={heights}
            goesOn={hasNextPage}
            news={props.news}
            openId={choice.open}
            onOpen={props.onOpen}
            onActive={props.onActive}
            fetchOlder={mayFetchByItself ? more : null}
            foot={foot}
            handle={props.handle}
            asked={props.asked}
          />
        </Suspense>
      )}
    </>
  )
}
