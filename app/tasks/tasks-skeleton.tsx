import { Skeleton } from '../ui/skeleton.tsx'
import row from './task-row.module.css'
import styles from './tasks-page.module.css'

/** The list before it is here, in its real measures. */
export function TasksSkeleton() {
  return (
    <div aria-hidden="true">
      <div className={styles.group}>
        <Skeleton width="4rem" />
      </div>
      {[62, 48, 71, 39, 55, 66, 44, 58].map((width) => (
        <div key={width} className={row.row}>
          <span className={row.main}>
            <Skeleton width="1rem" height="1rem" />
            <Skeleton width={`${width}%`} />
          </span>
          <Skeleton width="10rem" />
        </div>
      ))}
    </div>
  )
}
