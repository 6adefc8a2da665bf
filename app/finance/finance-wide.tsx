import type { ReactNode } from 'react'
import { DetailPanel } from './detail-panel.tsx'
import styles from './finance-wide.module.css'
import type { Opened } from './opened.ts'

interface FinanceWideProps {
  entry: ReactNode
  ledger: ReactNode
  today: ReactNode
  plot: ReactNode
  queue: ReactNode
  opened: Opened | null
  onClose: () => void
}

/** Two thirds for the ledger, one for today and what waits. An open entry takes the place of the figures, never of the queue. */
export function FinanceWide({ entry, ledger, today, plot, queue, opened, onClose }: FinanceWideProps) {
  return (
    <div className={styles.wide}>
      <div className={styles.main}>
        <div className={styles.entryBand}>{entry}</div>
        {ledger}
      </div>
      <aside className={styles.side} aria-label="Today and what waits">
        {opened && (
          <div className={styles.part}>
            <DetailPanel key={opened.view.row.id} {...opened} onClose={onClose} />
          </div>
        )}
        <div className={styles.part} hidden={opened !== null}>
          {today}
        </div>
        <div className={styles.part} hidden={opened !== null}>
          {plot}
        </div>
        <div className={styles.queuePart}>{queue}</div>
      </aside>
    </div>
  )
}
