import { Link, useLocation } from 'wouter'
import { useLocalWrites, useSignedIn } from '../realtime/runtime-provider.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { usePageFilter } from '../ui/page-filter.tsx'
import { Brand } from './brand.tsx'
import styles from './main-nav.module.css'

/** The places to go: a rail at the side where there is room, a bar within the thumb's reach on a phone. */
export function MainNav() {
  const { user } = useSignedIn()
  return (
    <nav className={styles.nav} aria-label="Main">
      <span className={styles.brand}>
        <Brand />
      </span>
      <Place to="/finance" icon="finance" name="Finance" />
      <Place to="/tasks" icon="tasks" name="Tasks" />
      <Place to="/outbox" icon="outbox" name="Outbox">
        <OutboxCount />
      </Place>
      {user.role === 'owner' && <Place to="/ops" icon="operations" name="Operations" />}
    </nav>
  )
}

function Place(props: { to: string; icon: IconName; name: string; children?: React.ReactNode }) {
  const [path] = useLocation()
  const { propertyId } = usePageFilter()
  // The property goes along, the search does not: it was about the page one leaves.
  const search = propertyId ? `?property=${propertyId}` : ''
  return (
    <Link
      href={props.to + search}
      className={styles.place ?? ''}
      aria-current={path === props.to ? 'page' : undefined}
    >
      <Icon name={props.icon} />
      <span className={styles.name}>{props.name}</span>
      {props.children}
    </Link>
  )
}

/** How many changes are not on the server yet. One that goes through at once is never seen here. */
function OutboxCount() {
  const count = useLocalWrites().length
  return (
    <span className={styles.count} data-testid="outbox-count" data-empty={count === 0 || undefined}>
      {count}
    </span>
  )
}
