import type { TransactionRow } from '../../worker/wire/finance.ts'
import type { LocalWrite } from '../realtime/local-writes.ts'
import { writeState } from '../realtime/needs-person.ts'
import styles from './status-mark.module.css'
import { sendingWords } from './write-words.ts'

const STATUS = { pending: 'Pending', approved: 'Approved', rejected: 'Rejected' } as const

/**
 * One mark and one word: hollow while the change is on its way, filled and fading when it is settled, then the status of
 * the entry. The mark is always there, so that it can fade; colour never says anything the word does not.
 */
export function StatusMark({ row, write }: { row: TransactionRow; write: LocalWrite | null }) {
  const state = writeState(write)
  const words = write && state === 'pending' ? sendingWords(write) : STATUS[row.status]
  return (
    <span className={styles.mark} data-write={state} data-status={row.status}>
      <span className={styles.dot} aria-hidden="true" />
      <span className={styles.word}>
        {state === 'conflict' || state === 'rejected' ? 'Needs you' : words}
      </span>
    </span>
  )
}
