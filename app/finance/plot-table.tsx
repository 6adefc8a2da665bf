import { Figure } from './amount-figure.tsx'
import type { DayPoint } from './day-series.ts'
import { shortDay } from './day-text.ts'
import styles from './plot-panel.module.css'

/** The days of the plot, newest first, as a real table. */
export function PlotTable({ points, currency }: { points: readonly DayPoint[]; currency: string }) {
  return (
    // Scrolls by itself, so a keyboard must be able to stand in it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.tableBox} tabIndex={0} role="region" aria-label="Days as a table">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">In</th>
            <th scope="col">Out</th>
            <th scope="col">Net</th>
          </tr>
        </thead>
        <tbody>
          {points.toReversed().map((point) => (
            <tr key={point.day}>
              <th scope="row">{shortDay(point.day)}</th>
              <td>
                <Figure minor={point.revenueMinor} currency={currency} sign={false} />
              </td>
              <td>
                <Figure minor={point.expenseMinor} currency={currency} sign={false} />
              </td>
              <td>
                <Figure minor={point.netMinor} currency={currency} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
