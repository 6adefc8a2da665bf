import { useEffect, useRef } from 'react'
import { Button } from '../ui/button.tsx'
import { useOutbox } from './outbox-context.tsx'
import type { OutboxEntry } from './outbox-groups.ts'
import styles from './outbox-item.module.css'
import { discardQuestion } from './outbox-words.ts'

/** Asked in place, saying what would be lost: there is no way back. */
export function DiscardQuestion({ entry }: { entry: OutboxEntry }) {
  const { kinds, actions } = useOutbox()
  const { write } = entry
  const keep = useRef<HTMLButtonElement>(null)
  useEffect(() => keep.current?.focus(), [])
  return (
    <div className={styles.question} role="group" aria-label="Discard">
      <p className={styles.ask}>{discardQuestion(write, kinds[write.topic].describe(write))}</p>
      <Button size="small" data-testid="outbox-discard-sure" onClick={() => actions.discard(entry)}>
        Discard
      </Button>
      <Button size="small" kind="quiet" ref={keep} onClick={actions.back}>
        Keep
      </Button>
    </div>
  )
}
