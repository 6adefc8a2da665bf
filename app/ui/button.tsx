import type { ComponentProps } from 'react'
import styles from './button.module.css'
import { Icon, type IconName } from './icon.tsx'

export interface ButtonProps extends ComponentProps<'button'> {
  /** `primary`: the one thing to do here. `plain`: everything else. `quiet`: beside a row or in a bar, without a box. */
  kind?: 'primary' | 'plain' | 'quiet' | undefined
  size?: 'small' | 'medium' | undefined
  icon?: IconName | undefined
}

/** A button that never submits a form unless it is told to. An icon alone needs an `aria-label`. */
export function Button({ kind = 'plain', size = 'medium', icon, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={className ? `${styles.button} ${className}` : styles.button}
      data-kind={kind}
      data-size={size}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  )
}
