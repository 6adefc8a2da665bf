import type { ReactNode } from 'react'
import styles from './field.module.css'

/** To be spread onto the input, select or textarea of the field. */
export interface FieldControl {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
}

export interface FieldProps {
  id: string
  label: string
  /** What is wrong and what would be right, as a sentence. Takes the place of the hint. */
  error?: string | undefined
  hint?: string | undefined
  className?: string | undefined
  children: (control: FieldControl) => ReactNode
}

/** A label over one control, and under it what helps or what is wrong, tied together for assistive tools. */
export function Field({ id, label, error, hint, className, children }: FieldProps) {
  const note = error ?? hint
  const noteId = `${id}-note`
  return (
    <div className={className ? `${styles.field} ${className}` : styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        'aria-describedby': note === undefined ? undefined : noteId,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {note !== undefined && (
        <p className={styles.note} id={noteId} data-error={error === undefined ? undefined : ''}>
          {note}
        </p>
      )}
    </div>
  )
}
