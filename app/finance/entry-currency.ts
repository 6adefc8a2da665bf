import type { ProfitLoss, TransactionRow } from '../../worker/wire/finance.ts'

export const CURRENCY_DEFAULT = 'USD'

/**
 * The currency a new entry is in: that of the newest row of its property, else of the newest row at all, else the
 * busiest of the last days, else USD. People never choose it, so it must follow what the ledger already says.
 */
export function entryCurrency(
  rows: readonly Pick<TransactionRow, 'propertyId' | 'currency'>[],
  totals: readonly Pick<ProfitLoss['totals'][number], 'currency'>[],
  propertyId: string | null,
): string {
  const newest = rows.find((row) => row.propertyId === propertyId) ?? rows[0] ?? totals[0]
  return newest?.currency ?? CURRENCY_DEFAULT
}
