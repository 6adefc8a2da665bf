import styles from './ledger.module.css'

const COLUMNS = ['Date', 'Property', 'Description', 'Who', 'Amount', 'State'] as const

export function LedgerHead() {
  return (
    <div role="rowgroup" className={styles.headGroup}>
      <div role="row" aria-rowindex={1} className={styles.head}>
        {COLUMNS.map((name) => (
          <span key={name} role="columnheader" data-column={name}>
            {name}
          </span>
        ))}
      </div>
    </div>
  )
}
