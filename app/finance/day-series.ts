import type { ProfitLoss } from '../../worker/wire/finance.ts'
import { addDays } from './ledger-days.ts'

export interface DayPoint {
  day: string
  revenueMinor: number
  expenseMinor: number
  netMinor: number
}

/** One point a day from `from` to `to`, days without a row as zeros, in one currency: others cannot share an axis. */
export function daySeries(
  answer: ProfitLoss,
  range: { from: string; to: string },
  currency: string,
): DayPoint[] {
  const known = new Map(
    answer.days.filter((entry) => entry.currency === currency).map((entry) => [entry.date, entry]),
  )
  const points: DayPoint[] = []
  for (let day = range.from; day <= range.to; day = addDays(day, 1)) {
    const { revenueMinor = 0, expenseMinor = 0, netMinor = 0 } = known.get(day) ?? {}
    points.push({ day, revenueMinor, expenseMinor, netMinor })
  }
  return points
}
