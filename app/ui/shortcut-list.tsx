import { useState } from 'react'
import { Dialog } from './dialog.tsx'
import styles from './shortcut-list.module.css'
import { useShortcutList } from './shortcuts.tsx'

/** Every key that does something on this page. */
export function ShortcutList({ onClose }: { onClose: () => void }) {
  const list = useShortcutList()
  // As it is on opening: the dialog itself takes no part in it.
  const [shortcuts] = useState(list)
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className={styles.list}>
        {shortcuts.map(({ keys, label }) => (
          <div key={`${keys.join()} ${label}`} className={styles.line}>
            <dt>{label}</dt>
            <dd className={styles.keys}>
              {keys.map((key) => (
                <kbd key={key}>{KEY_NAMES[key] ?? key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}

const KEY_NAMES: Record<string, string> = {
  Escape: 'Esc',
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
}
