import type { ComponentProps } from 'react'

export interface SelectProps extends Omit<ComponentProps<'select'>, 'onChange' | 'value'> {
  options: readonly { value: string; label: string }[]
  value: string
  onValue: (value: string) => void
}

/** The browser's own list: on a phone it opens the wheel that a thumb knows, on a desk it can be typed into. */
export function Select({ options, onValue, ...rest }: SelectProps) {
  return (
    <select {...rest} onChange={(event) => onValue(event.target.value)}>
      {options.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  )
}
