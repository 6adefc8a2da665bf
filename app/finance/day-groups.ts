import type { TransactionRow } from '../../worker/wire/finance.ts'
import type { ViewRow } from '../realtime/overlay-writes.ts'

export interface DaySum {
  currency: string
  netMinor: number
}

/** One line of the ledger as it is drawn: the head of a day, or a row under it. */
export type LedgerLine =
  | { kind: 'day'; key: string; day: string; count: number; sums: DaySum[]; partial: boolean }
  | { kind: 'row'; key: string; view: ViewRow<TransactionRow> }

/**
 * Puts a head with its sums over the rows of each day. The sum is what the day brings in, less what it costs, over the
 * rows shown; rejected rows and rows being removed do not count. The last day is `partial` while the list goes on,
 * since more of its rows may follow.
 */
export function dayLines(views: readonly ViewRow<TransactionRow>[], goesOn: boolean): LedgerLine[] {
  const lines: LedgerLine[] = []
  let head = null as Extract<LedgerLine, { kind: 'day' }> | null
  for (const view of views) {
    const day = view.row.occurredOn
    if (head?.day !== day) {
      head = { kind: 'day', key: `day:${day}`, day, count: 0, sums: [], partial: false }
      lines.push(head)
    }
    head.count += 1
    if (counts(view)) add(head.sums, view.row)
    lines.push({ kind: 'row', key: view.row.id, view })
  }
  if (head) head.partial = goesOn
  return lines
}

/** Revenue as it is, expense with a minus. */
export function signedMinor(row: Pick<TransactionRow, 'type' | 'amountMinor'>): number {
  return row.type === 'expense' ? -row.amountMinor : row.amountMinor
}

/** Net by currency in the order the currencies first appear; rejected rows and rows being removed do not count. */
export function netByCurrency(views: readonly ViewRow<TransactionRow>[]): DaySum[] {
  const sums: DaySum[] = []
  for (const view of views) if (counts(view)) add(sums, view.row)
  return sums
}

function counts({ row, write }: ViewRow<TransactionRow>): boolean {
  return row.status !== 'rejected' && write?.verb !== 'delete'
}

function add(sums: DaySum[], row: TransactionRow): void {
  const sum = sums.find((other) => other.currency === row.currency)
  if (sum) sum.netMinor += signedMinor(row)
  else sums.push({ currency: row.currency, netMinor: signedMinor(row) })
}
