import { asOfText } from '../realtime/as-of-text.ts'
import styles from './figure-box.module.css'

/** Says whose figures stand here, when they are not those of today. */
export function FiguresOf({ fetchedAt }: { fetchedAt: number }) {
  return (
    <p className={styles.of} data-testid="figures-of">
      Figures of {asOfText(fetchedAt, Date.now())}. Offline.
    </p>
  )
}
