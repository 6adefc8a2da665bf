import type { RuntimeStatus } from '../../worker/wire/port.ts'
import { useRealtime } from '../realtime/runtime-provider.tsx'
import { Button } from '../ui/button.tsx'
import { useNow } from '../ui/use-now.ts'
import styles from './status-light.module.css'
import { nextTryText, sinceText, statusWhy, statusWord } from './status-words.ts'

/** Since when, why, and what comes next. */
export function StatusDetails(props: { id: string; status: RuntimeStatus; onInspect: () => void }) {
  const { id, status, onInspect } = props
  const { runtime } = useRealtime()
  const now = useNow(1000)
  const nextTry = nextTryText(status.retryAt, now)
  const mayRetry = status.phase === 'offline' || status.phase === 'degraded'
  return (
    <section id={id} className={styles.details} aria-label="Connection">
      <p className={styles.title}>
        {statusWord(status.phase)} <span>since {sinceText(status.since, now)}</span>
      </p>
      <p className={styles.why}>
        {statusWhy(status)} {nextTry && <span className={styles.next}>{nextTry}</span>}
      </p>
      <div className={styles.ways}>
        {mayRetry && (
          <Button size="small" onClick={() => void runtime.calls.retryNow()}>
            Try now
          </Button>
        )}
        <Button
          size="small"
          kind="quiet"
          icon="operations"
          data-testid="inspector-toggle"
          onClick={onInspect}
        >
          Connection inspector
        </Button>
      </div>
    </section>
  )
}
