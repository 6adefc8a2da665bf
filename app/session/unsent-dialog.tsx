import { useLocalWrites } from '../realtime/runtime-provider.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import styles from './unsent-dialog.module.css'

/** Asked only when something would be lost: what waits on this page goes with it. */
export function UnsentDialog(props: {
  title: string
  /** What discards it, as the begin of a sentence. */
  doing: string
  label: string
  onDo: () => void
  onClose: () => void
}) {
  const unsent = useLocalWrites().length
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <p className={styles.text}>
        {unsent === 1 ? '1 change has' : `${unsent} changes have`} not reached the server. {props.doing}{' '}
        discards {unsent === 1 ? 'it' : 'them'}.
      </p>
      <div className={styles.ways}>
        <Button kind="primary" onClick={props.onClose}>
          Stay
        </Button>
        <Button onClick={props.onDo}>{props.label}</Button>
      </div>
    </Dialog>
  )
}
