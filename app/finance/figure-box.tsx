import type { CSSProperties, ReactNode } from 'react'
import type { ProfitLoss } from '../../worker/wire/finance.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { Figure } from './amount-figure.tsx'
import styles from './figure-box.module.css'
import { moneyText } from './money-text.ts'

/** One large figure under its name. */
export function FigureBox(props: { name: string; note?: ReactNode; children: ReactNode }) {
  return (
    <div className={styles.box}>
      <dt className={styles.name}>{props.name}</dt>
      <dd className={styles.value}>
        {props.children}
        {props.note && <span className={styles.note}>{props.note}</span>}
      </dd>
    </div>
  )
}

type Total = ProfitLoss['totals'][number]

interface SumFiguresProps {
  totals: readonly Total[] | undefined
  of: 'revenueMinor' | 'expenseMinor' | 'netMinor'
  /** What a zero is written in where nothing happened yet. */
  currency: string
  sign?: boolean
  testId?: string
}

/** A sum in its currency, large; sums in other currencies small below it, since they cannot be added. */
export function SumFigures({ totals, of, currency, sign = true, testId }: SumFiguresProps) {
  if (!totals) return <Skeleton width="7ch" />
  const [main = { currency, [of]: 0 } as Pick<Total, 'currency' | typeof of>, ...others] = totals
  // Twelve digits must fit as well: the figure gives up size before it gives up digits.
  const chars = moneyText(main[of], main.currency, { sign }).length
  return (
    <>
      <span className={styles.fit} style={{ '--chars': chars } as CSSProperties} data-testid={testId}>
        <Figure minor={main[of]} currency={main.currency} sign={sign} />
      </span>
      {others.map((total) => (
        <span key={total.currency} className={styles.note}>
          <Figure minor={total[of]} currency={total.currency} sign={sign} />
        </span>
      ))}
    </>
  )
}
