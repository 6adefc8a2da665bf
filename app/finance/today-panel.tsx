import { useQuery } from '@tanstack/react-query'
import { useRealtime } from '../realtime/runtime-provider.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useFinance } from './finance-context.tsx'
import { FiguresOf } from './figures-of.tsx'
import { FigureBox, SumFigures } from './figure-box.tsx'
import { PartFailed } from './part-failed.tsx'
import { dailyApprovalsQuery, todayPendingQuery } from './queries.ts'
import styles from './today-panel.module.css'
import { Unread } from './unread.tsx'
import { useLastKnown } from './use-last-known.ts'
import { useStreamStarted } from './use-stream-started.ts'

/** Today at a glance: what waits, what was approved, what it comes to. */
export function TodayPanel({ propertyId, currency }: { propertyId: string | null; currency: string }) {
  const { api } = useRealtime()
  const { today } = useFinance()
  const enabled = useStreamStarted()
  const query = { ...(propertyId === null ? {} : { propertyId }), date: today }
  const pending = useQuery({ ...todayPendingQuery(api, query), enabled })
  const approvals = useQuery({ ...dailyApprovalsQuery(api, query), enabled })
  const lastPending = useLastKnown('today-pending', propertyId, pending)
  const lastApprovals = useLastKnown('daily-approvals', propertyId, approvals)
  const waits = pending.data ?? lastPending?.data
  const totals = approvals.data?.totals ?? lastApprovals?.data.totals
  const lastAt = lastApprovals?.fetchedAt ?? lastPending?.fetchedAt
  const isUnknown = approvals.fetchStatus === 'paused' && !waits && !totals
  const failed = [pending, approvals].filter((part) => part.isError && !part.data)

  return (
    <section className={styles.today} aria-labelledby="finance-today">
      <h2 id="finance-today" className={styles.title}>
        Today
      </h2>
      {lastAt !== undefined && <FiguresOf fetchedAt={lastAt} />}
      {failed.length > 0 ? (
        <PartFailed what="Today’s figures" onRetry={() => failed.forEach((part) => void part.refetch())} />
      ) : isUnknown ? (
        <Unread what="Today’s figures are" />
      ) : (
        <dl className={styles.figures}>
          <FigureBox name="Waiting" note={waits ? `${waits.allCount} in all` : null}>
            {waits ? <span data-testid="today-pending-count">{waits.count}</span> : <Skeleton width="2ch" />}
          </FigureBox>
          <FigureBox name="Net">
            <SumFigures totals={totals} of="netMinor" currency={currency} />
          </FigureBox>
          <FigureBox name="Approved in">
            <SumFigures totals={totals} of="revenueMinor" currency={currency} sign={false} />
          </FigureBox>
          <FigureBox name="Approved out">
            <SumFigures totals={totals} of="expenseMinor" currency={currency} sign={false} />
          </FigureBox>
        </dl>
      )}
    </section>
  )
}
