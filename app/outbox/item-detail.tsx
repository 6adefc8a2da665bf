import type { LocalWrite } from '../realtime/local-writes.ts'
import { agoText, inText } from '../ui/ago-text.ts'
import { useOutbox } from './outbox-context.tsx'
import styles from './outbox-item.module.css'
import { troubleWords } from './outbox-words.ts'

const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** All that is known of a write: for whoever waits for it, and for whoever is asked about it. */
export function ItemDetail({ write }: { write: LocalWrite }) {
  const { now } = useOutbox()
  const { error, attempts, nextAt, state } = write
  const requestId = error?.problem?.requestId
  const next = nextAt > now ? inText(nextAt - now) : 'As soon as the server can be reached'
  return (
    <dl className={styles.facts}>
      <dt>Entered</dt>
      <dd>
        {MOMENT.format(write.at)}, {agoText(write.at, now)}
      </dd>
      <dt>Tries</dt>
      <dd>{attempts === 0 ? 'None yet' : attempts}</dd>
      {state === 'waiting' && (
        <>
          <dt>Next try</dt>
          <dd>{next}</dd>
        </>
      )}
      {error && (
        <>
          <dt>Last try</dt>
          <dd>{troubleWords(error)}.</dd>
        </>
      )}
      {requestId !== undefined && (
        <>
          <dt>For support</dt>
          <dd className={styles.code}>
            {error?.code}, request {requestId}
          </dd>
        </>
      )}
      <dt>Key</dt>
      <dd className={styles.code}>{write.mutationId}</dd>
    </dl>
  )
}
