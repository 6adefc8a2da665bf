import { useLocalWrites, useRealtime, useSignedIn, useStatus } from '../realtime/runtime-provider.tsx'
import { runWords } from '../realtime/sending-run.ts'
import { useSendingRun } from '../realtime/use-sending-run.ts'
import { Button } from '../ui/button.tsx'
import { download } from './download.ts'
import { exportCsv, exportJson } from './export-file.ts'
import { useOutbox } from './outbox-context.tsx'
import styles from './outbox-page.module.css'
import { outboxSummary } from './outbox-words.ts'

/** The whole in one sentence, how far the sending is, and what can be done with all of it. */
export function OutboxHead() {
  const { writes } = useRealtime()
  const { org } = useSignedIn()
  const { phase } = useStatus()
  const list = useLocalWrites()
  const { kinds, names } = useOutbox()
  const run = useSendingRun()
  const isAnyWaiting = list.some(({ state }) => state === 'waiting')
  const fileName = (ending: string) =>
    `${org.name}, not sent, ${new Date().toLocaleDateString('sv')}.${ending}`
  return (
    <div className={styles.head}>
      <div className={styles.summary}>
        {run ? (
          <p className={styles.run}>
            {runWords(run)}
            <progress aria-label="Sent" max={run.ids.size} value={run.done} />
          </p>
        ) : (
          <p className={styles.run}>{outboxSummary(list)}</p>
        )}
        {isAnyWaiting && !run && (
          <p className={styles.quiet}>
            {phase === 'offline'
              ? 'You are offline. It stays on this device, also when this page is closed, and is sent when you are back online.'
              : 'Sent by itself as soon as it can be.'}
          </p>
        )}
      </div>
      <div className={styles.buttons}>
        {isAnyWaiting && (
          <Button size="small" icon="refresh" onClick={() => writes.retryAll()}>
            Send all now
          </Button>
        )}
        <Button
          size="small"
          kind="quiet"
          data-testid="outbox-export-csv"
          onClick={() => download(fileName('csv'), 'text/csv', exportCsv(list, kinds, names.property))}
        >
          Export CSV
        </Button>
        <Button
          size="small"
          kind="quiet"
          data-testid="outbox-export"
          onClick={() => download(fileName('json'), 'application/json', exportJson(list))}
        >
          Export JSON
        </Button>
      </div>
    </div>
  )
}
