import styles from './figure-box.module.css'

/** Stands where figures would be that were never read on this device. @param what as the head of a sentence */
export function Unread({ what }: { what: string }) {
  return <p className={styles.unread}>{what} read once you are online.</p>
}
