import { Icon } from '../ui/icon.tsx'
import styles from './ledger.module.css'

/** What arrived above a reader who has scrolled: the page stays where it is until they ask. */
export function NewRowsPill({ count, onShow }: { count: number; onShow: () => void }) {
  return (
    <button type="button" className={styles.pill} onClick={onShow}>
      <Icon name="up" />
      {count} new
    </button>
  )
}
