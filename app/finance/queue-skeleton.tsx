import { Skeleton } from '../ui/skeleton.tsx'
import styles from './approval-queue.module.css'

const ROWS = [0, 1, 2, 3, 4, 5]

export function QueueSkeleton() {
  return (
    <div className={styles.rows} aria-hidden="true">
      {ROWS.map((n) => (
        <div key={n} className={styles.row}>
          <span className={styles.what}>
            <Skeleton width={`${60 - n * 5}%`} />
            <Skeleton width="45%" />
          </span>
          <Skeleton width="5rem" />
        </div>
      ))}
    </div>
  )
}
