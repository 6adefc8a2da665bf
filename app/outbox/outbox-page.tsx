import { useEffect, useMemo, useRef } from 'react'
import { useLocalWrites, useSealed, useSignedIn } from '../realtime/runtime-provider.tsx'
import { usePeople } from '../realtime/use-people.ts'
import type { WriteKinds, WriteNames } from '../realtime/write-kind.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { useNow } from '../ui/use-now.ts'
import { EditDialog } from './edit-dialog.tsx'
import { ItemList } from './item-list.tsx'
import { OutboxContext, type OutboxTools } from './outbox-context.tsx'
import { entriesOf, groupsOf, type OutboxEntry } from './outbox-groups.ts'
import { OutboxHead } from './outbox-head.tsx'
import styles from './outbox-page.module.css'
import { sealedWords } from './outbox-words.ts'
import { useLongSending } from './use-long-sending.ts'
import { useOutboxActions } from './use-outbox-actions.ts'
import { useOutboxCursor } from './use-outbox-cursor.ts'
import { useOutboxKeys } from './use-outbox-keys.ts'
import { useOutboxView } from './use-outbox-view.ts'

/** Times are told in seconds where the next try is near. */
const TICK_MS = 5000

/** Everything entered on this device that the server does not hold yet, and what can be done about it. */
export default function OutboxPage({ kinds }: { kinds: WriteKinds }) {
  const list = useLocalWrites()
  const sealed = useSealed()
  const names = useWriteNames()
  const now = useNow(TICK_MS)
  const scroller = useRef<HTMLDivElement>(null)
  const entries = useMemo(() => entriesOf(list), [list])
  const isLong = useLongSending(entries)
  const groups = useMemo(() => groupsOf(entries, isLong), [entries, isLong])
  const order = useMemo(() => groups.flatMap((group) => group.entries), [groups])
  const cursor = useOutboxCursor(
    useMemo(() => order.map(({ key }) => key), [order]),
    scroller,
  )
  const { line, asked, edited, view } = useOutboxView()
  const focusCursor = useRef(cursor.focus)
  const actions = useOutboxActions(kinds, view, focusCursor)
  const tools = useMemo((): OutboxTools => ({ kinds, names, now, actions }), [kinds, names, now, actions])
  useOutboxKeys({
    cursor,
    entry: () => order.find(({ key }) => key === cursor.key) ?? null,
    actions,
  })
  // Whoever comes to look after what is stuck begins there.
  const first = order[0]?.key ?? null
  const { key: cursorKey, set: setCursor } = cursor
  useEffect(() => {
    if (cursorKey === null && first !== null) setCursor(first)
  }, [cursorKey, first, setCursor])

  const item = ({ key }: OutboxEntry) => ({
    atCursor: key === cursorKey,
    isOpen: key === line,
    isAsked: key === asked,
    onCursor: setCursor,
  })

  return (
    <OutboxContext value={tools}>
      <div className={styles.page}>
        {list.length > 0 && <OutboxHead />}
        <div ref={scroller} className={styles.scroller} tabIndex={-1}>
          {list.length === 0 && (
            <EmptyState
              title="Nothing waits"
              text="What you enter without a network waits here until it is sent."
            />
          )}
          {groups.map(({ name, title, entries }) => (
            <section key={name} data-group={name} className={styles.group}>
              <h2 className={styles.title}>
                {title} <span className={styles.count}>{entries.length}</span>
              </h2>
              <ItemList label={title} entries={entries} cursor={cursorKey} scroller={scroller} item={item} />
            </section>
          ))}
          {sealed > 0 && (
            <p className={styles.sealed} data-testid="sealed">
              {sealedWords(sealed)} They are sent when that account logs in here.
            </p>
          )}
        </div>
      </div>
      {edited && (
        <EditDialog
          write={edited}
          onClose={actions.closeForm}
          onNothing={() => {
            const entry = entries.find(({ write }) => write.mutationId === edited.mutationId)
            actions.closeForm()
            if (entry?.write.state === 'conflict') actions.takeTheirs(entry)
          }}
        />
      )}
    </OutboxContext>
  )
}

function useWriteNames(): WriteNames {
  const { properties } = useSignedIn()
  const people = usePeople()
  return useMemo(() => {
    const propertyNames = new Map(properties.map(({ id, name }) => [id, name]))
    const personNames = new Map(people.map(({ id, name }) => [id, name]))
    return {
      property: (id) => propertyNames.get(id) ?? 'Another property',
      person: (id) => personNames.get(id) ?? 'Somebody',
    }
  }, [properties, people])
}
