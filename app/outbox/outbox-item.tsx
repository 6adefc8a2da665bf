import { memo, type CSSProperties, type Ref } from 'react'
import { needsPerson } from '../realtime/needs-person.ts'
import { useStatus } from '../realtime/runtime-provider.tsx'
import { agoText } from '../ui/ago-text.ts'
import { Button } from '../ui/button.tsx'
import { ConflictBox } from './conflict-box.tsx'
import { DiscardQuestion } from './discard-question.tsx'
import { ItemDetail } from './item-detail.tsx'
import { useOutbox } from './outbox-context.tsx'
import type { OutboxEntry } from './outbox-groups.ts'
import styles from './outbox-item.module.css'
import { stateWords, triesWords } from './outbox-words.ts'
import { waysOf } from './ways.ts'

export interface OutboxItemProps {
  entry: OutboxEntry
  atCursor: boolean
  isOpen: boolean
  isAsked: boolean
  onCursor: (key: string) => void
  /** Where it lies in a list of which only a part is drawn. */
  place?: { ref: Ref<HTMLLIElement>; index: number; count: number; style: CSSProperties } | undefined
}

/** One change that the server does not have: what it is, where it stands, and what can be done about it. */
export const OutboxItem = memo(function OutboxItem(props: OutboxItemProps) {
  const { entry, isOpen, isAsked, place } = props
  const { write, key } = entry
  const { kinds, names, now, actions } = useOutbox()
  const { phase } = useStatus()
  const kind = kinds[write.topic]
  const { what, of, amount, propertyId } = kind.describe(write)
  const ways = waysOf(write, kind)
  const isWaiting = write.state === 'waiting'
  // Ten lines of boxes would be read before what they are about.
  const kindOf = isWaiting ? 'quiet' : 'plain'
  const isConflict = write.state === 'conflict'
  const tries = triesWords(write, now)
  return (
    <li
      ref={place?.ref}
      style={place?.style}
      data-index={place?.index}
      aria-setsize={place?.count}
      aria-posinset={place && place.index + 1}
      className={styles.item}
      // Keys walk from line to line, and what is said of one is read where the focus is.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={props.atCursor ? 0 : -1}
      data-testid="outbox-item"
      data-state={write.state}
      data-id={key}
      onFocus={() => props.onCursor(key)}
    >
      <div className={styles.line}>
        <span className={styles.mark} aria-hidden="true" />
        <div className={styles.words}>
          <p className={styles.what}>
            <span className={styles.kind}>{what}</span> <bdi>{of}</bdi>
          </p>
          <p className={styles.about}>
            {propertyId !== null && (
              <>
                <bdi>{names.property(propertyId)}</bdi>,{' '}
              </>
            )}
            entered <time dateTime={new Date(write.at).toISOString()}>{agoText(write.at, now)}</time>
          </p>
          <p className={styles.state} data-needs-person={needsPerson(write) || undefined}>
            {stateWords(write, phase === 'offline')}
            {tries !== null && <span className={styles.tries}>. {tries}</span>}
          </p>
        </div>
        {amount !== null && (
          <bdi className={styles.amount} dir="ltr">
            {amount}
          </bdi>
        )}
        <div className={styles.actions}>
          {ways.retry && (
            <Button
              size="small"
              kind={kindOf}
              data-testid="outbox-retry"
              onClick={() => actions.retry(entry)}
            >
              {isWaiting ? 'Send now' : 'Send again'}
            </Button>
          )}
          {ways.edit && !isConflict && (
            <Button size="small" kind={kindOf} data-testid="outbox-edit" onClick={() => actions.edit(entry)}>
              Edit
            </Button>
          )}
          {!isConflict && ways.discard && (
            <Button
              size="small"
              kind="quiet"
              data-testid="outbox-discard"
              onClick={() => actions.askDiscard(entry)}
            >
              Discard
            </Button>
          )}
          <Button
            size="small"
            kind="quiet"
            icon="down"
            className={styles.toggle}
            aria-label={`All about ${of}`}
            aria-expanded={isOpen}
            onClick={() => actions.toggle(entry)}
          />
        </div>
      </div>
      {isConflict && <ConflictBox entry={entry} ways={ways} showsAll={isOpen} />}
      {isAsked && <DiscardQuestion entry={entry} />}
      {isOpen && <ItemDetail write={write} />}
    </li>
  )
})
