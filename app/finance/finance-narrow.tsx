import type { ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { DetailPanel } from './detail-panel.tsx'
import { useFinance } from './finance-context.tsx'
import styles from './finance-narrow.module.css'
import { RANGE_DAYS } from './ledger-days.ts'
import type { Opened } from './opened.ts'

export type NarrowPart = 'ledger' | 'queue' | 'plot'

interface FinanceNarrowProps {
  today: ReactNode
  ledger: ReactNode
  queue: ReactNode
  plot: ReactNode
  part: NarrowPart
  onPart: (part: NarrowPart) => void
  /** Null while it is not known. */
  waitingCount: number | null
  opened: Opened | null
  onClose: () => void
  onEnter: () => void
  /** The form while somebody enters; null otherwise. */
  entry: ReactNode
  onEntryClose: () => void
}

/** Today's figures, one part at a time under them, and a button under the thumb. */
export function FinanceNarrow(props: FinanceNarrowProps) {
  const { part, waitingCount, opened } = props
  const { mayDecide } = useFinance()
  const count = waitingCount === null ? '' : ` (${waitingCount})`
  return (
    <div className={styles.narrow}>
      <div className={styles.todayBand}>{props.today}</div>
      <div className={styles.parts}>
        <Segmented
          name="part"
          label="Part of the page"
          value={part}
          onChange={props.onPart}
          options={[
            { value: 'ledger', label: 'Ledger' },
            { value: 'queue', label: `${mayDecide ? 'To approve' : 'Waiting'}${count}` },
            { value: 'plot', label: `${RANGE_DAYS} days` },
          ]}
        />
      </div>
      <div className={styles.part} data-part={part}>
        {props[part]}
      </div>
      <Button kind="primary" icon="plus" className={styles.newEntry} onClick={props.onEnter}>
        New entry
      </Button>
      {props.entry && (
        <Dialog title="New entry" whole onClose={props.onEntryClose}>
          {props.entry}
        </Dialog>
      )}
      {opened && (
        <Dialog title="Entry" whole onClose={props.onClose}>
          <DetailPanel key={opened.view.row.id} {...opened} onClose={props.onClose} framed />
        </Dialog>
      )}
    </div>
  )
}
