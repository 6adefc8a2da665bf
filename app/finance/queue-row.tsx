import { memo, useMemo } from 'react'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import type { LocalWrite } from '../realtime/local-writes.ts'
import { needsPerson } from '../realtime/needs-person.ts'
import { AmountFigure } from './amount-figure.tsx'
import styles from './approval-queue.module.css'
import { loneDay } from './day-text.ts'
import { DecideButtons } from './decide-buttons.tsx'
import { useFinance } from './finance-context.tsx'
import { WaysOut } from './ways-out.tsx'
import { sendingWords } from './write-words.ts'

interface QueueRowProps {
  row: TransactionRow
  write: LocalWrite<TransactionRow> | null
  atCursor: boolean
  isSelected: boolean
  isOpen: boolean
  onOpen: (id: string) => void
  onCursor: (id: string) => void
  onSelect: (id: string) => void
  onDecided: () => void
}

/** One entry that waits: what, where and who in two lines, the amount, and the two decisions. */
export const QueueRow = memo(function QueueRow(props: QueueRowProps) {
  const { row, write } = props
  const { names, mayDecide, today } = useFinance()
  const view = useMemo(() => ({ row, write }), [row, write])
  const isStuck = write !== null && needsPerson(write)
  return (
    <div
      role="row"
      aria-selected={props.isSelected}
      aria-current={props.isOpen || undefined}
      tabIndex={props.atCursor ? 0 : -1}
      className={styles.row}
      data-testid="queue-row"
      data-id={row.id}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey) props.onSelect(row.id)
        else props.onOpen(row.id)
      }}
      onFocus={() => props.onCursor(row.id)}
    >
      {mayDecide && (
        <span role="gridcell" className={styles.check}>
          <input
            type="checkbox"
            tabIndex={-1}
            checked={props.isSelected}
            aria-label={`Select ${row.description}`}
            onClick={(event) => event.stopPropagation()}
            onChange={() => props.onSelect(row.id)}
          />
        </span>
      )}
      <span role="gridcell" className={styles.what}>
        <span className={styles.description} dir="auto" title={row.description}>
          {row.description}
        </span>
        <span className={styles.about} dir="auto">
          {loneDay(row.occurredOn, today)} · {names.property(row.propertyId)} · {names.person(row.createdBy)}
        </span>
      </span>
      <span role="gridcell" className={styles.amount}>
        <AmountFigure row={row} />
        {write && !isStuck && <span className={styles.sending}>{sendingWords(write)}</span>}
      </span>
      {mayDecide && !write && (
        <span role="gridcell" className={styles.decide}>
          <DecideButtons view={view} compact onDecided={props.onDecided} />
        </span>
      )}
      {isStuck && (
        <span role="gridcell" className={styles.trouble}>
          <WaysOut view={view} onEdit={() => props.onOpen(row.id)} />
        </span>
      )}
    </div>
  )
})
