import styles from './segmented.module.css'

/** One of a few, all in sight: radio buttons in the shape of a switch. */
export function Segmented<T extends string>(props: {
  name: string
  label: string
  options: readonly { value: T; label: string }[]
  value: T
  onChange: (value: T) => void
}) {
  return (
    <fieldset className={styles.segmented} aria-label={props.label}>
      {props.options.map(({ value, label }) => (
        <label key={value} className={styles.segment}>
          <input
            type="radio"
            name={props.name}
            value={value}
            checked={value === props.value}
            onChange={() => props.onChange(value)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  )
}
