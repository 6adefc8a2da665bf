import type { ReactNode } from 'react'
import styles from './empty-state.module.css'

/** What to say where nothing is: why, and what to do first. `children` is the way on, usually a button. */
export function EmptyState(props: { title: string; text?: ReactNode; children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p className={styles.title}>{props.title}</p>
      {props.text && <p className={styles.text}>{props.text}</p>}
      {props.children && <div className={styles.way}>{props.children}</div>}
    </div>
  )
}
