import styles from './icon.module.css'

/** One stroke weight, 16 units wide, drawn for this app. */
const PATHS = {
  alert: 'M8 2.5 14.5 13.5h-13Zm0 4v3.5m0 1.75v.25',
  check: 'm3 8.5 3.25 3.25L13 4.75',
  clock: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2Zm0 2.75V8l2.25 1.5',
  cross: 'm4 4 8 8m0-8-8 8',
  down: 'm3.5 6 4.5 4.5L12.5 6',
  finance: 'M2.5 3.5h11v9h-11Zm0 3h11m-11 3h11m-4-6v9',
  help: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2Zm-1.75 4.5a1.75 1.75 0 1 1 2.5 1.6c-.5.2-.75.5-.75 1.15m0 1.75v.25',
  install: 'M8 2v7.5m-3-3 3 3 3-3M2.5 9.5v4h11v-4',
  leave: 'M9.5 2.5h-6v11h6m-3-5.5h7m-2.5-2.5L13.5 8 11 10.5',
  operations: 'M1.5 8.5h3l2-5.5 3 10 2-4.5h3',
  outbox: 'M2.5 9.5v4h11v-4m-8.75-4L8 2.25 11.25 5.5M8 2.5v7.25',
  person: 'M8 2.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5ZM2.75 13.5c.5-2.5 2.5-4 5.25-4s4.75 1.5 5.25 4',
  plot: 'M2.5 2.5v11h11m-8-2.5V8m3 3V5m3 6V7',
  plus: 'M8 3v10M3 8h10',
  refresh: 'M13.25 8A5.25 5.25 0 1 1 11.5 4.1M13 2v3h-3',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9Zm3.25 7.75L13.5 13.5',
  table: 'M2.5 3h11v10h-11Zm0 3.25h11M2.5 9.75h11M6.5 6.25V13',
  tasks: 'm2.5 4.25 1.25 1.25L6 3m-3.5 8 1.25 1.25L6 9.75M8.5 4.5h5m-5 6.75h5',
  up: 'M8 13V3m0 0L3.75 7.25M8 3l4.25 4.25',
} as const

export type IconName = keyof typeof PATHS

/** Decoration only: the word beside it, or the button's label, says what it means. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className={styles.icon} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}
