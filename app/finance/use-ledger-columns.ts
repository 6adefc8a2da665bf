import { useMemo } from 'react'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import type { ViewRow } from '../realtime/overlay-writes.ts'
import { moneyText } from './money-text.ts'

/** Width of the amount column in characters, at least; most amounts fit without moving anything. */
const AMOUNT_CHARS_MIN = 11

/**
 * Every row is a grid of its own, so the columns cannot size themselves by content: the amount column gets the width of
 * the longest amount loaded. Only the largest of each currency is formatted; ten thousand would be felt.
 */
export function useLedgerColumns(views: readonly ViewRow<TransactionRow>[]): Record<string, string> {
  const chars = useMemo(() => {
    const largest = new Map<string, number>()
    for (const { row } of views) {
      if (row.amountMinor > (largest.get(row.currency) ?? 0)) largest.set(row.currency, row.amountMinor)
    }
    const lengths = [...largest].map(
      ([currency, minor]) => moneyText(-minor, currency, { sign: true }).length,
    )
    return Math.max(AMOUNT_CHARS_MIN, ...lengths)
  }, [views])
  return { '--amount-chars': String(chars) }
}
