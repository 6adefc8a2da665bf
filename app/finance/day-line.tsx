import type { CSSProperties } from 'react'
import { Figure } from './amount-figure.tsx'
import type { LedgerLine } from './day-groups.ts'
import styles from './day-line.module.css'
import { longDay } from './day-text.ts'

type DayHead = Extract<LedgerLine, { kind: 'day' }>

/** The head of a day: its name, how many entries, what they come to. */
export function DayLine(props: {
  line: DayHead
  today: string
  rowIndex?: number
  top?: number
  height: number
}) {
  const { line, today, rowIndex, top } = props
  const place = { '--top': `${top ?? 0}px`, '--height': `${props.height}px` }
  const sums = line.sums.map(({ currency, netMinor }) => (
    <Figure key={currency} minor={netMinor} currency={currency} />
  ))
  const name = line.day === today ? `Today, ${longDay(line.day, today)}` : longDay(line.day, today)
  // The copy that sticks to the top is for the eye only: the list has its own.
  const semantics =
    rowIndex === undefined ? { 'aria-hidden': true } : { role: 'row', 'aria-rowindex': rowIndex }
  return (
    <div
      {...semantics}
      className={styles.day}
      style={place as CSSProperties}
      data-stuck={rowIndex === undefined || undefined}
    >
      <span
        {...(rowIndex === undefined ? {} : { role: 'gridcell', 'aria-colspan': 6 })}
        className={styles.head}
      >
        <span className={styles.name}>{name}</span>
        <span className={styles.count}>
          {line.count}
          {line.partial && '+'} {line.count === 1 ? 'entry' : 'entries'}
        </span>
        <span className={styles.sums} title="In less out of the entries shown; rejected ones do not count">
          {line.partial && <span className={styles.count}>so far</span>}
          {sums}
        </span>
      </span>
    </div>
  )
}
