import { useSignedIn } from '../realtime/runtime-provider.tsx'
import { usePageFilter } from './page-filter.tsx'
import styles from './property-filter.module.css'
import { Select } from './select.tsx'

/** Which of the person's properties the page is about. Kept in the address and carried from page to page. */
export function PropertyFilter() {
  const { properties } = useSignedIn()
  const { propertyId, setPropertyId } = usePageFilter()
  const [only] = properties
  const options = properties.map(({ id, name }) => ({ value: id, label: name }))
  return (
    <Select
      className={styles.filter}
      aria-label="Property"
      data-testid="property-filter"
      value={propertyId ?? ''}
      onValue={(value) => setPropertyId(value === '' ? undefined : value)}
      options={
        // With a single property there is nothing to choose, and its name says more than "all".
        properties.length === 1 && only
          ? [{ value: '', label: only.name }]
          : [{ value: '', label: 'All properties' }, ...options]
      }
    />
  )
}
