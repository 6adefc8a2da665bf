import { Skeleton } from '../ui/skeleton.tsx'
import { LedgerHead } from './ledger-head.tsx'
import styles from './ledger.module.css'
import bones from './ledger-skeleton.module.css'

const ROWS = Array.from({ length: 24 }, (_, i) => i)

/** The ledger before its first rows: the same head, lines of the same height. */
export function LedgerSkeleton() {
  return (
    <div className={styles.ledger} style={{ '--amount-chars': '11' } as React.CSSProperties} aria-busy="true">
      <LedgerHead />
      <div className={bones.lines} aria-hidden="true">
        {ROWS.map((n) => (
          <div key={n} className={bones.line}>
            <Skeleton width="2.5rem" />
            <Skeleton width={`${55 + ((n * 7) % 30)}%`} />
            <Skeleton width={`${45 + ((n * 13) % 45)}%`} />
            <Skeleton width="70%" />
            <Skeleton width="80%" />
            <Skeleton width="55%" />
          </div>
        ))}
      </div>
    </div>
  )
}
