import type { DayPoint } from './day-series.ts'
import { shortDay } from './day-text.ts'
import { moneyText } from './money-text.ts'

/** The plot in a sentence, for those who do not see it; the table has every day. */
export function plotWords(points: readonly DayPoint[], currency: string): string {
  const days = points.filter((point) => point.revenueMinor > 0 || point.expenseMinor > 0)
  const best = days.toSorted((a, b) => b.netMinor - a.netMinor)
  const [first] = best
  const last = best.at(-1)
  if (!first || !last) return `No approved entries in the last ${points.length} days.`
  const net = (point: DayPoint) =>
    `${moneyText(point.netMinor, currency, { sign: true })} on ${shortDay(point.day)}`
  return `Revenue, expense and net of ${points.length} days. Best day ${net(first)}, worst ${net(last)}. Press t for the table.`
}
