import styles from './brand.module.css'

/** Mark and name of the app. */
export function Brand() {
  return (
    <span className={styles.brand}>
      <svg viewBox="0 0 20 20" className={styles.mark} aria-hidden="true">
        <path d="M5 19V1.5m0 3.25h8M5 10h8m-8 5.25h8" />
        <circle cx="14.75" cy="4.75" r="1.75" />
        <circle cx="14.75" cy="10" r="1.75" />
        <circle cx="14.75" cy="15.25" r="1.75" />
      </svg>
      <span data-word>Standpipe</span>
    </span>
  )
}
