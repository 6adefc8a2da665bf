import {
  TRANSACTION_STATUSES,
  TRANSACTION_TYPES,
  type TransactionStatus,
  type TransactionType,
} from '../../worker/wire/finance.ts'
import { DataAge } from '../realtime/data-age.tsx'
import { Select } from '../ui/select.tsx'
import styles from './ledger-bar.module.css'
import type { LedgerChoice } from './ledger-filter.ts'

const STATUS_NAMES: Record<TransactionStatus, string> = {
  pending: 'Pending',
  approved: 'Approved',
  rejected: 'Rejected',
}
const TYPE_NAMES: Record<TransactionType, string> = { revenue: 'Revenue', expense: 'Expense' }

/** What of the ledger is shown, and how much that is. */
export function LedgerBar(props: {
  choice: LedgerChoice
  onChoose: (change: Partial<LedgerChoice>) => void
  /** Rows shown; null while none are loaded. */
  count: number | null
  goesOn: boolean
  /** What is shown was found among the rows loaded. */
  isSearch: boolean
  fetchedAt: number
}) {
  const { choice, onChoose, count } = props
  return (
    <div className={styles.bar}>
      <h2 className={styles.title}>Ledger</h2>
      {count !== null && <span className={styles.count}>{countWords(count, props)}</span>}
      <DataAge className={styles.age} fetchedAt={props.fetchedAt} />
      <span className={styles.filters}>
        <Select
          aria-label="Status"
          value={choice.status ?? ''}
          onValue={(value) => onChoose({ status: (value || null) as TransactionStatus | null })}
          options={[
            { value: '', label: 'Any status' },
            ...TRANSACTION_STATUSES.map((value) => ({ value, label: STATUS_NAMES[value] })),
          ]}
        />
        <Select
          aria-label="Type"
          value={choice.type ?? ''}
          onValue={(value) => onChoose({ type: (value || null) as TransactionType | null })}
          options={[
            { value: '', label: 'Any type' },
            ...TRANSACTION_TYPES.map((value) => ({ value, label: TYPE_NAMES[value] })),
          ]}
        />
      </span>
    </div>
  )
}

function countWords(count: number, { goesOn, isSearch }: { goesOn: boolean; isSearch: boolean }): string {
  const number = count.toLocaleString()
  if (isSearch) return `${number} found`
  return `${number}${goesOn ? '+' : ''} ${count === 1 && !goesOn ? 'entry' : 'entries'}`
}
