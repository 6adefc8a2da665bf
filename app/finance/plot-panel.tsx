import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useRealtime } from '../realtime/runtime-provider.tsx'
import { Button } from '../ui/button.tsx'
import { PartBoundary } from '../ui/part-boundary.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Figure } from './amount-figure.tsx'
import { daySeries, type DayPoint } from './day-series.ts'
import { shortDay } from './day-text.ts'
import { FiguresOf } from './figures-of.tsx'
import { SumFigures } from './figure-box.tsx'
import { useFinance } from './finance-context.tsx'
import { lastDays, RANGE_DAYS } from './ledger-days.ts'
import { PartFailed } from './part-failed.tsx'
import styles from './plot-panel.module.css'
import { PlotTable } from './plot-table.tsx'
import { plotWords } from './plot-words.ts'
import { profitLossQuery } from './queries.ts'
import { Unread } from './unread.tsx'
import { useLastKnown } from './use-last-known.ts'
import { useStreamStarted } from './use-stream-started.ts'

const PlotCanvas = lazy(() => import('./plot-canvas.tsx'))

interface PlotPanelProps {
  propertyId: string | null
  currency: string
  asTable: boolean
  onToggleTable: () => void
}

/** Profit and loss of the last days: the figure, the days as bars with the net as a line, or the same as a table. */
export function PlotPanel({ propertyId, currency, asTable, onToggleTable }: PlotPanelProps) {
  const { api } = useRealtime()
  const { today } = useFinance()
  const range = lastDays(today)
  const query = useQuery({
    ...profitLossQuery(api, { ...(propertyId === null ? {} : { propertyId }), ...range }),
    enabled: useStreamStarted(),
  })
  const [hovered, setHovered] = useState<DayPoint | null>(null)
  const last = useLastKnown('profit-loss', propertyId, query)
  const data = query.data ?? last?.data
  const plotted = data?.totals[0]?.currency ?? currency
  const points = data ? daySeries(data, range, plotted) : null

  return (
    <section className={styles.plot} aria-labelledby="finance-plot">
      <header className={styles.head}>
        <h2 id="finance-plot" className={styles.title}>
          Net, last {RANGE_DAYS} days
        </h2>
        <Button
          size="small"
          kind="quiet"
          icon={asTable ? 'plot' : 'table'}
          aria-pressed={asTable}
          onClick={onToggleTable}
        >
          {asTable ? 'Plot' : 'Table'}
        </Button>
      </header>
      {query.isError && !query.data ? (
        <PartFailed what="The last days" onRetry={() => void query.refetch()} />
      ) : (
        <>
          {(points || query.fetchStatus !== 'paused') && (
            <p className={styles.net}>
              <SumFigures totals={data?.totals} of="netMinor" currency={currency} testId="profit-loss-net" />
            </p>
          )}
          {last && <FiguresOf fetchedAt={last.fetchedAt} />}
          {!points && query.fetchStatus === 'paused' && <Unread what="The last days are" />}
          {!points && query.fetchStatus !== 'paused' && <Skeleton height="8.5rem" />}
          {points && asTable && <PlotTable points={points} currency={plotted} />}
          {points && !asTable && (
            <figure className={styles.figure} aria-label={plotWords(points, plotted)}>
              {/* A browser that names its language in a way of its own (`en-US@posix`) breaks the plot's code as it loads. */}
              <PartBoundary fallback={<PlotTable points={points} currency={plotted} />}>
                <Suspense fallback={<Skeleton height="8.5rem" />}>
                  <PlotCanvas points={points} currency={plotted} onHover={setHovered} />
                </Suspense>
              </PartBoundary>
              <figcaption className={styles.reading} aria-hidden="true">
                {hovered ? <Reading point={hovered} currency={plotted} /> : <Legend />}
              </figcaption>
            </figure>
          )}
        </>
      )}
    </section>
  )
}

function Reading({ point, currency }: { point: DayPoint; currency: string }) {
  return (
    <>
      <strong>{shortDay(point.day)}</strong>
      <span>
        in <Figure minor={point.revenueMinor} currency={currency} sign={false} />
      </span>
      <span>
        out <Figure minor={point.expenseMinor} currency={currency} sign={false} />
      </span>
      <span>
        net <Figure minor={point.netMinor} currency={currency} />
      </span>
    </>
  )
}

function Legend() {
  return (
    <>
      <span data-series="in">Revenue</span>
      <span data-series="out">Expense</span>
      <span data-series="net">Net</span>
    </>
  )
}
