import { useQuery } from '@tanstack/react-query'
import { useMemo, useState, type ReactNode } from 'react'
import { useRealtime } from '../realtime/runtime-provider.tsx'
import { Button } from '../ui/button.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { bytesText, countText, durationText, nameText } from './figure-text.ts'
import { readMetrics, type Metrics } from './metrics.ts'
import styles from './ops-page.module.css'
import { OpsPlot } from './ops-plot.tsx'
import { plotsOf } from './plot-series.ts'
import { TelemetryTable } from './telemetry-table.tsx'
import { useHistory } from './use-history.ts'

const REFRESH_MS = 5000

/** How the stream of changes does, in figures of the server process that answered. Read again every 5 s while in sight. */
export default function OpsPage() {
  const realtime = useRealtime()
  const query = useQuery({
    queryKey: ['ops', 'metrics'],
    queryFn: () => readMetrics(realtime),
    refetchInterval: REFRESH_MS,
    staleTime: REFRESH_MS,
  })
  const { data } = query
  const samples = useHistory()
  const plots = useMemo(() => plotsOf(samples), [samples])
  const [asTable, setAsTable] = useState(false)
  return (
    // Nothing in it takes the focus, and it is longer than a phone: the keyboard needs a place to scroll from.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.page} role="region" aria-label="Figures" tabIndex={0}>
      <p className={styles.note}>
        {query.isError ? (
          <span role="alert" className={styles.failed}>
            The figures could not be loaded{data ? '; these are older' : ''}.{' '}
            <Button size="small" onClick={() => void query.refetch()}>
              Try again
            </Button>
          </span>
        ) : (
          'Since the server process started, read every 5 seconds.'
        )}
        <Button
          size="small"
          kind="quiet"
          icon={asTable ? 'plot' : 'table'}
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? 'Plots' : 'Tables'}
        </Button>
      </p>
      <dl className={styles.heads}>
        <Head
          name="Polls held now"
          value={data && countText(data.waiters.total)}
          note={data && capText(data)}
        />
        <Head
          name="Login sessions polling"
          value={data && countText(data.waiters.sessions)}
          note={data && pollersText(data.waiters.pollersPerSession)}
        />
        <Head
          name="Events published"
          value={data && countText(data.published)}
          note={data && `${countText(data.delivered)} ${data.delivered === 1 ? 'delivery' : 'deliveries'}`}
        />
        <Head
          name="Events kept"
          value={data && countText(data.buffers.events)}
          note={
            data &&
            `${bytesText(data.buffers.bytes)} for ${countText(data.buffers.orgs)} ${data.buffers.orgs === 1 ? 'organisation' : 'organisations'}`
          }
        />
      </dl>
      <div className={styles.plots}>
        {plots.map((plot) => (
          <OpsPlot key={plot.id} plot={plot} asTable={asTable} />
        ))}
      </div>
      {data && (
        <div className={styles.tables}>
          <Figures title="Answers to polls" of={data.polls} />
          <Figures title="Gaps" of={data.gaps} />
          <Figures title="Events dropped" of={data.dropped} />
          <TelemetryTable />
          <Figures title="Limits" of={data.limits} />
        </div>
      )}
    </div>
  )
}

function Head({ name, value, note }: { name: string; value: string | undefined; note: ReactNode }) {
  return (
    <div className={styles.head}>
      <dt>{name}</dt>
      <dd>
        <span className={styles.value}>{value ?? <Skeleton width="3ch" />}</span>
        <span className={styles.small}>{note ?? '\u00a0'}</span>
      </dd>
    </div>
  )
}

function Figures({ title, of }: { title: string; of: Record<string, number> }) {
  return (
    <table className={styles.table}>
      <caption>{title}</caption>
      <tbody>
        {Object.entries(of).map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{nameText(name)}</th>
            <td>{name.endsWith('Ms') ? durationText(value) : countText(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function capText({ waiters }: Metrics): string {
  return `at most ${countText(waiters.cap)} per organisation`
}

/** One poll a session is the promise; anything else is worth seeing at once. */
function pollersText(pollers: Record<string, number>): string {
  const more = (pollers['2'] ?? 0) + (pollers['3+'] ?? 0)
  return more === 0 ? 'one poll each' : `${countText(more)} with more than one poll`
}
