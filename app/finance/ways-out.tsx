import { Link } from 'wouter'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import type { ViewRow } from '../realtime/overlay-writes.ts'
import { Button } from '../ui/button.tsx'
import { useFinance } from './finance-context.tsx'
import { currentRow, toldRow } from './use-transaction-actions.ts'
import styles from './ways-out.module.css'
import { refusedWords } from './write-words.ts'

/** What became of a change that did not go through, as a sentence with the ways out beside it. */
export function WaysOut({ view, onEdit }: { view: ViewRow<TransactionRow>; onEdit: () => void }) {
  const { actions } = useFinance()
  const { write } = view
  if (!write) return null
  const isConflict = write.state === 'conflict'
  const mayStillChange = currentRow(view).status === 'pending'
  const press = (run: () => void) => (event: { stopPropagation: () => void }) => {
    event.stopPropagation()
    run()
  }
  return (
    <span className={styles.ways}>
      <span className={styles.words}>{refusedWords(write)}</span>
      {isConflict && mayStillChange && (
        <Button size="small" onClick={press(() => actions.keepMine(view))}>
          Keep mine
        </Button>
      )}
      {isConflict && (
        <Button size="small" onClick={press(() => actions.discard(view))}>
          {toldRow(write) ? 'Use theirs' : 'Drop mine'}
        </Button>
      )}
      {isConflict && (
        <Link href="/outbox" onClick={(event) => event.stopPropagation()}>
          Compare
        </Link>
      )}
      {write.state === 'parked' && (
        <Button size="small" onClick={press(() => actions.sendAgain(view))}>
          Send again
        </Button>
      )}
      {write.state === 'rejected' && (write.verb === 'create' || write.verb === 'edit') && (
        <Button size="small" onClick={press(onEdit)}>
          Edit
        </Button>
      )}
      {!isConflict && (
        <Button size="small" onClick={press(() => actions.discard(view))}>
          Discard
        </Button>
      )}
    </span>
  )
}
