import type { LocalWrite } from '../realtime/local-writes.ts'
import { useLocalWrites, useRealtime } from '../realtime/runtime-provider.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { downloadJson } from './download-json.ts'
import styles from './outbox-page.module.css'
import { outboxSummary, writeStateWords } from './outbox-words.ts'

/** What a write is called; the domains know, this page does not. */
export type DescribeWrite = (write: LocalWrite) => { what: string; of: string }

/** Everything entered on this page that the server does not hold yet, and what can be done about it. */
export default function OutboxPage({ describe }: { describe: DescribeWrite }) {
  const { writes } = useRealtime()
  const list = useLocalWrites()
  if (list.length === 0)
    return (
      <EmptyState
        title="Everything is sent"
        text="What you enter while offline waits here until it is sent."
      />
    )
  const isAnyWaiting = list.some(({ state }) => state === 'waiting')
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <p className={styles.summary}>
          {outboxSummary(list)} <span>Keep this tab open until everything is sent.</span>
        </p>
        <Button size="small" icon="refresh" disabled={!isAnyWaiting} onClick={() => writes.retryAll()}>
          Send all now
        </Button>
        <Button size="small" data-testid="outbox-export" onClick={() => downloadJson('unsent.json', list)}>
          Export
        </Button>
      </div>
      <ul className={styles.list}>
        {list.map((write) => (
          <OutboxItem key={write.mutationId} write={write} describe={describe} />
        ))}
      </ul>
    </div>
  )
}

function OutboxItem({ write, describe }: { write: LocalWrite; describe: DescribeWrite }) {
  const { writes } = useRealtime()
  const { what, of } = describe(write)
  const needsPerson = write.state === 'conflict' || write.state === 'rejected'
  return (
    <li className={styles.item} data-testid="outbox-item" data-state={write.state}>
      <div className={styles.words}>
        <p className={styles.what}>
          {what} <bdi>{of}</bdi>
        </p>
        <p className={styles.state} data-needs-person={needsPerson || undefined}>
          {writeStateWords(write)}
        </p>
      </div>
      {(write.state === 'waiting' || write.state === 'rejected') && (
        <Button size="small" data-testid="outbox-retry" onClick={() => writes.retry(write.mutationId)}>
          {write.state === 'waiting' ? 'Send now' : 'Send again'}
        </Button>
      )}
      <Button
        size="small"
        kind="quiet"
        data-testid="outbox-discard"
        onClick={() => void writes.discard(write.mutationId)}
      >
        Discard
      </Button>
    </li>
  )
}
