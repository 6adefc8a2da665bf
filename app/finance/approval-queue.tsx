import { useEffect, useImperativeHandle, useMemo, useRef, type Ref } from 'react'
import type { TransactionFilter } from '../../worker/wire/finance.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Figure } from './amount-figure.tsx'
import styles from './approval-queue.module.css'
import { netByCurrency } from './day-groups.ts'
import { useFinance } from './finance-context.tsx'
import { PartFailed } from './part-failed.tsx'
import { QueueRow } from './queue-row.tsx'
import { QueueSkeleton } from './queue-skeleton.tsx'
import { Unread } from './unread.tsx'
import { useDecisionList, type DecisionList } from './use-decision-list.ts'
import { useTransactions } from './use-transactions.ts'

/** Pages fetched to show the oldest first; beyond them the queue says that it is not all. */
export const QUEUE_PAGES_MAX = 5

interface ApprovalQueueProps {
  propertyId: string | null
  openId: string | null
  onOpen: (id: string) => void
  onActive: () => void
  handle: Ref<DecisionList>
}

/** What waits for a decision, oldest first: one key or one press each, the next one already under the hand. */
export function ApprovalQueue({ propertyId, openId, onOpen, onActive, handle }: ApprovalQueueProps) {
  const { actions, mayDecide } = useFinance()
  const filter = useMemo(
    (): TransactionFilter => ({ ...(propertyId === null ? {} : { propertyId }), status: 'pending' }),
    [propertyId],
  )
  const { query, views } = useTransactions(filter)
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query
  const pages = query.data?.pages.length ?? 0
  useEffect(() => {
    if (hasNextPage && !isFetching && !isFetchNextPageError && pages < QUEUE_PAGES_MAX) void fetchNextPage()
  }, [hasNextPage, isFetching, isFetchNextPageError, pages, fetchNextPage])

  const box = useRef<HTMLDivElement>(null)
  const waiting = useMemo(() => (views ?? []).toReversed(), [views])
  const list = useDecisionList(waiting, box)
  useImperativeHandle(handle, () => list, [list])
  const chosen = waiting.filter((view) => list.selected.has(view.row.id))

  function decide(verb: 'approve' | 'reject'): void {
    list.focusCursor()
    actions.decide(verb, list.targets())
  }

  return (
    <section className={styles.queue} aria-labelledby="finance-queue" onFocus={onActive}>
      <header className={styles.head}>
        <h2 id="finance-queue" className={styles.title}>
          {mayDecide ? 'To approve' : 'Waiting for approval'}
          {views && <span className={styles.count}>{hasNextPage ? `${views.length}+` : views.length}</span>}
        </h2>
        <span className={styles.sums}>
          {netByCurrency(waiting).map(({ currency, netMinor }) => (
            <Figure key={currency} minor={netMinor} currency={currency} />
          ))}
        </span>
      </header>
      {chosen.length > 0 && (
        <div className={styles.chosen}>
          <span className={styles.chosenCount}>{chosen.length} selected</span>
          {netByCurrency(chosen).map(({ currency, netMinor }) => (
            <Figure key={currency} minor={netMinor} currency={currency} />
          ))}
          <span className={styles.chosenActions}>
            <Button size="small" kind="primary" onClick={() => decide('approve')}>
              Approve {chosen.length}
            </Button>
            <Button size="small" onClick={() => decide('reject')}>
              Reject {chosen.length}
            </Button>
            <Button size="small" kind="quiet" onClick={() => void list.clearSelected()}>
              Clear
            </Button>
          </span>
        </div>
      )}
      {query.isError && !views && <PartFailed what="The queue" onRetry={() => void query.refetch()} />}
      {!views && query.fetchStatus === 'paused' && <Unread what="What waits is" />}
      {!views && !query.isError && query.fetchStatus !== 'paused' && <QueueSkeleton />}
      {views?.length === 0 && (
        <EmptyState
          title="Nothing waits"
          text={
            mayDecide ? 'New entries appear here as they are made.' : 'Your entries have all been decided.'
          }
        />
      )}
      {!mayDecide && waiting.length > 0 && <p className={styles.why}>Owners and managers decide on these.</p>}
      {waiting.length > 0 && (
        <div
          ref={box}
          role="grid"
          aria-label="To approve"
          aria-multiselectable="true"
          className={styles.rows}
        >
          {waiting.map((view, i) => (
            <QueueRow
              key={view.row.id}
              row={view.row}
              write={view.write}
              atCursor={list.cursor === view.row.id || (list.cursor === null && i === 0)}
              isSelected={list.selected.has(view.row.id)}
              isOpen={openId === view.row.id}
              onOpen={onOpen}
              onCursor={list.setCursor}
              onSelect={list.toggle}
              onDecided={list.focusCursor}
            />
          ))}
        </div>
      )}
      {mayDecide && waiting.length > 1 && (
        <footer className={styles.foot}>
          {chosen.length < waiting.length && (
            <Button
              size="small"
              kind="quiet"
              onClick={() => list.selectAll(waiting.map((view) => view.row.id))}
            >
              Select all {waiting.length}
            </Button>
          )}
          {hasNextPage && pages >= QUEUE_PAGES_MAX && <span>Older ones follow when these are decided.</span>}
        </footer>
      )}
    </section>
  )
}
