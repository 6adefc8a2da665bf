import { useLocalWrites, useRealtime } from '../realtime/runtime-provider.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import styles from './logout-dialog.module.css'

/** Asked only when something would be lost: what waits here goes with the session. */
export function LogoutDialog({ onClose }: { onClose: () => void }) {
  const { runtime } = useRealtime()
  const unsent = useLocalWrites().length
  return (
    <Dialog title="Log out before everything is sent?" onClose={onClose}>
      <p className={styles.text}>
        {unsent === 1 ? '1 change has' : `${unsent} changes have`} not reached the server. Logging out
        discards {unsent === 1 ? 'it' : 'them'}.
      </p>
      <div className={styles.ways}>
        <Button kind="primary" onClick={onClose}>
          Stay
        </Button>
        <Button onClick={() => void runtime.calls.logout('this')}>Log out and discard</Button>
      </div>
    </Dialog>
  )
}
