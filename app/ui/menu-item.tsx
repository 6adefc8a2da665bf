import { useId, type ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'
import styles from './menu.module.css'

/** One thing to do; the menu closes with it. */
export function MenuItem(props: {
  icon: IconName
  testId?: string
  onSelect: () => void
  children: ReactNode
}) {
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      className={styles.item}
      data-testid={props.testId}
      onClick={props.onSelect}
    >
      <Icon name={props.icon} />
      {props.children}
    </button>
  )
}

/** One choice of a few; the menu stays, so that its effect can be seen. */
export function MenuChoice<T extends string>(props: {
  label: string
  options: readonly { value: T; label: string }[]
  value: T
  onChange: (value: T) => void
  /** Makes no difference where fingers point, and is left out there. */
  finePointerOnly?: boolean
}) {
  const id = useId()
  return (
    <fieldset
      aria-labelledby={id}
      className={styles.choice}
      data-fine-only={props.finePointerOnly || undefined}
    >
      <span id={id} className={styles.choiceLabel}>
        {props.label}
      </span>
      <span className={styles.options}>
        {props.options.map(({ value, label }) => (
          <button
            key={value}
            type="button"
            role="menuitemradio"
            aria-checked={value === props.value}
            tabIndex={-1}
            className={styles.option}
            onClick={() => props.onChange(value)}
          >
            {label}
          </button>
        ))}
      </span>
    </fieldset>
  )
}
