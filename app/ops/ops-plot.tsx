import { lazy, Suspense, useState } from 'react'
import { PartBoundary } from '../ui/part-boundary.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { nameText, rateText } from './figure-text.ts'
import styles from './ops-plot.module.css'
import { OpsPlotTable } from './ops-plot-table.tsx'
import { plotWords, type Plot } from './plot-series.ts'

const OpsPlotCanvas = lazy(() => import('./ops-plot-canvas.tsx'))

/** One figure over the last hours, with what it is now beside its name; or the same as a table. */
export function OpsPlot({ plot, asTable }: { plot: Plot; asTable: boolean }) {
  const [hovered, setHovered] = useState<number | null>(null)
  const shown = hovered ?? plot.at.length - 1
  const at = plot.at[shown]
  return (
    <section className={styles.plot} aria-labelledby={`ops-${plot.id}`}>
      <h2 className={styles.title} id={`ops-${plot.id}`}>
        {plot.title}
      </h2>
      {asTable ? (
        <OpsPlotTable plot={plot} />
      ) : (
        <figure className={styles.figure} aria-label={plotWords(plot, rateText)}>
          <figcaption className={styles.reading} aria-hidden="true">
            {plot.lines.map(({ name, values }, index) => (
              <span key={name} data-line={index % 4}>
                {plot.lines.length > 1 && `${nameText(name)} `}
                <strong>{valueText(values[shown] ?? null, plot.unit)}</strong>
              </span>
            ))}
            {hovered !== null && at !== undefined && <time>{timeText(at)}</time>}
          </figcaption>
          <PartBoundary fallback={<OpsPlotTable plot={plot} />}>
            <Suspense fallback={<Skeleton height="6rem" />}>
              <OpsPlotCanvas
                key={plot.lines.map(({ name }) => name).join()}
                plot={plot}
                onHover={setHovered}
              />
            </Suspense>
          </PartBoundary>
        </figure>
      )}
    </section>
  )
}

function valueText(value: number | null, unit: string): string {
  return value === null ? '–' : `${rateText(value)}${unit}`
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const timeText = (seconds: number) => clock.format(seconds * 1000)
