import { Button } from '../ui/button.tsx'
import styles from './part-failed.module.css'

/** One part could not be loaded: it says so itself and can be tried again; the rest of the page lives on. */
export function PartFailed({ what, onRetry }: { what: string; onRetry: () => void }) {
  return (
    <div className={styles.failed} role="alert">
      <p>{what} could not be loaded.</p>
      <Button size="small" onClick={onRetry}>
        Try again
      </Button>
    </div>
  )
}
