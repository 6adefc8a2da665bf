import type { ProfitLoss, TransactionRow } from '../../worker/wire/finance.ts'

export const CURRENCY_DEFAULT = 'USD'

/** Newest rows that are asked; more would only make a change of currency come later. */
const ASKED_MAX = 50

/**
 * The currency a new entry is in: the one most of the newest rows of its property are in, else most of the newest rows
 * at all, else the busiest of the last days, else USD. People never choose it, so it must follow what the ledger already
 * says, and a single row that came from elsewhere in another currency does not turn everybody's next entry into it.
 */
export function entryCurrency(
  rows: readonly Pick<TransactionRow, 'propertyId' | 'currency'>[],
  totals: readonly Pick<ProfitLoss['totals'][number], 'currency'>[],
  propertyId: string | null,
): string {
  const ofProperty = rows.filter((row) => row.propertyId === propertyId)
  return usual(ofProperty) ?? usual(rows) ?? totals[0]?.currency ?? CURRENCY_DEFAULT
}

/** Of two that are equally frequent the newer one. */
function usual(rows: readonly Pick<TransactionRow, 'currency'>[]): string | undefined {
  const counts = new Map<string, number>()
  for (const { currency } of rows.slice(0, ASKED_MAX)) counts.set(currency, (counts.get(currency) ?? 0) + 1)
  const most = Math.max(...counts.values())
  return [...counts].find(([, count]) => count === most)?.[0]
}
