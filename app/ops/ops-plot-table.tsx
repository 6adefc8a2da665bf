import { nameText, rateText } from './figure-text.ts'
import styles from './ops-plot.module.css'
import type { Plot } from './plot-series.ts'

/** So many rows say what a plot says; each stands for as many samples as it takes. */
const ROWS_MAX = 12

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

/** The plot as a table, newest first: the highest value of each stretch of time. */
export function OpsPlotTable({ plot }: { plot: Plot }) {
  const size = Math.max(1, Math.ceil(plot.at.length / ROWS_MAX))
  const ends: number[] = []
  for (let end = plot.at.length; end > 0; end -= size) ends.push(end)
  return (
    // Scrolls by itself, so a keyboard must be able to stand in it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.tableBox} tabIndex={0} role="region" aria-label={`${plot.title} as a table`}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Until</th>
            {plot.lines.map(({ name }) => (
              <th scope="col" key={name}>
                {nameText(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ends.map((end) => (
            <tr key={plot.at[end - 1]}>
              <th scope="row">{clock.format((plot.at[end - 1] ?? 0) * 1000)}</th>
              {plot.lines.map(({ name, values }) => (
                <td key={name}>{highest(values.slice(Math.max(0, end - size), end))}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function highest(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? '–' : rateText(Math.max(...known))
}
