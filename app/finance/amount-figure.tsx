import type { TransactionRow } from '../../worker/wire/finance.ts'
import styles from './amount-figure.module.css'
import { signedMinor } from './day-groups.ts'
import { moneyText } from './money-text.ts'

/** A figure with its sign and direction; it runs from left to right in any page, and never breaks. */
export function Figure({
  minor,
  currency,
  sign = true,
}: {
  minor: number
  currency: string
  sign?: boolean
}) {
  const direction = minor > 0 ? 'in' : minor < 0 ? 'out' : 'none'
  return (
    <bdi className={styles.figure} dir="ltr" data-direction={sign ? direction : 'none'} data-minor={minor}>
      {moneyText(minor, currency, { sign })}
    </bdi>
  )
}

/** The amount of a row; one that was rejected moves no money and is quiet. */
export function AmountFigure({ row }: { row: TransactionRow }) {
  return (
    <span className={row.status === 'rejected' ? styles.void : undefined}>
      <Figure minor={signedMinor(row)} currency={row.currency} />
    </span>
  )
}
