import { memo, useMemo, type CSSProperties } from 'react'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import type { LocalWrite } from '../realtime/local-writes.ts'
import { writeState } from '../realtime/needs-person.ts'
import { AmountFigure } from './amount-figure.tsx'
import type { Arrival } from './arrivals.ts'
import { shortDay } from './day-text.ts'
import { DecideButtons } from './decide-buttons.tsx'
import styles from './ledger-row.module.css'
import type { RowNames } from './search-rows.ts'
import { StatusMark } from './status-mark.tsx'
import { WaysOut } from './ways-out.tsx'

export interface LedgerRowProps {
  /** Row and write apart: both keep their identity while nothing about them changes, so that nothing is drawn anew. */
  row: TransactionRow
  write: LocalWrite<TransactionRow> | null
  names: RowNames
  /** Place in the whole list as a screen reader counts it, from 1. */
  rowIndex: number
  top: number
  height: number
  atCursor: boolean
  isSelected: boolean
  isOpen: boolean
  arrival: Arrival | null
  mayDecide: boolean
  onOpen: (id: string) => void
  onCursor: (id: string) => void
  onSelect: (id: string) => void
}

/** One entry of the ledger: a line of a table where there is room, a card of two lines on a phone. */
export const LedgerRow = memo(function LedgerRow(props: LedgerRowProps) {
  const { row, write, names, arrival, height } = props
  const view = useMemo(() => ({ row, write }), [row, write])
  const state = writeState(write)
  const since = arrival ? performance.now() - arrival.at : 0
  const place = { '--top': `${props.top}px`, '--height': `${height}px`, '--since': `-${since}ms` }
  return (
    <div
      role="row"
      aria-rowindex={props.rowIndex}
      aria-selected={props.isSelected}
      aria-current={props.isOpen || undefined}
      tabIndex={props.atCursor ? 0 : -1}
      className={styles.row}
      style={place as CSSProperties}
      data-testid="transaction-row"
      data-id={row.id}
      data-state={state}
      data-arrival={arrival ? (arrival.isNew ? 'new' : 'changed') : undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey) props.onSelect(row.id)
        else props.onOpen(row.id)
      }}
      onFocus={() => props.onCursor(row.id)}
    >
      <span role="gridcell" className={styles.date}>
        <time dateTime={row.occurredOn}>{shortDay(row.occurredOn)}</time>
      </span>
      <span role="gridcell" className={styles.property} title={names.property(row.propertyId)} dir="auto">
        {names.property(row.propertyId)}
      </span>
      <span role="gridcell" className={styles.description} title={row.description} dir="auto">
        {row.description}
      </span>
      <span role="gridcell" className={styles.who} title={names.person(row.createdBy)} dir="auto">
        {names.person(row.createdBy)}
      </span>
      <span role="gridcell" className={styles.amount}>
        <AmountFigure row={row} />
      </span>
      <span role="gridcell" className={styles.state}>
        <StatusMark row={row} write={write} />
        {props.mayDecide && row.status === 'pending' && !write && (
          <span className={styles.actions}>
            <DecideButtons view={view} compact />
          </span>
        )}
      </span>
      {(state === 'conflict' || state === 'rejected') && (
        <span role="gridcell" className={styles.trouble}>
          <WaysOut view={view} onEdit={() => props.onOpen(row.id)} />
        </span>
      )}
    </div>
  )
})
