import type { LocalWrite } from '../realtime/local-writes.ts'
import { agoText } from '../ui/ago-text.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import styles from './conflict-box.module.css'
import { conflictAdvice } from './conflict-words.ts'
import { useOutbox } from './outbox-context.tsx'
import type { OutboxEntry } from './outbox-groups.ts'
import { toldRow, type Ways } from './ways.ts'

/** Mine beside what the server has now, field by field, and the ways on. Fields that are the same are shown on demand. */
export function ConflictBox(props: { entry: OutboxEntry; ways: Ways; showsAll: boolean }) {
  const { entry, ways, showsAll } = props
  const { write } = entry
  const { kinds, names, now, actions } = useOutbox()
  const current = toldRow(write)
  const fields = kinds[write.topic].compare(write, current, names)
  const shown = fields?.filter(({ differs }) => differs || showsAll) ?? []
  return (
    <div className={styles.box}>
      <p className={styles.advice}>{conflictAdvice(write, ways)}</p>
      {shown.length > 0 && (
        <table className={styles.fields}>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">
                {write.verb === 'edit' || write.verb === 'create' ? 'Mine' : 'As you saw it'}
              </th>
              <th scope="col">
                On the server now
                <ChangedAt current={current} now={now} />
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ name, label, mine, theirs, differs }) => (
              <tr key={name} data-field={name} data-differs={differs || undefined}>
                <th scope="row">
                  {label}
                  {differs && (
                    <span className={styles.differs}>
                      <Icon name="alert" /> differs
                    </span>
                  )}
                </th>
                <td dir="auto">{mine}</td>
                <td dir="auto">{theirs}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div className={styles.ways}>
        {ways.keepMine && (
          <Button size="small" kind="primary" data-testid="keep-mine" onClick={() => actions.keepMine(entry)}>
            {keepLabel(write)}
          </Button>
        )}
        {ways.enterAsNew && (
          <Button size="small" data-testid="enter-as-new" onClick={() => actions.enterAsNew(entry)}>
            Enter mine as new
          </Button>
        )}
        <Button size="small" data-testid="outbox-discard" onClick={() => actions.takeTheirs(entry)}>
          {current === null ? 'Drop mine' : 'Use the server’s'}
        </Button>
        {ways.edit && (
          <Button size="small" kind="quiet" data-testid="outbox-edit" onClick={() => actions.edit(entry)}>
            Edit
          </Button>
        )}
      </div>
    </div>
  )
}

const KEEP: Record<string, string> = {
  approve: 'Approve it as it is now',
  reject: 'Reject it as it is now',
  delete: 'Delete it all the same',
}

const keepLabel = ({ verb }: LocalWrite) => KEEP[verb] ?? 'Keep mine'

function ChangedAt({ current, now }: { current: unknown; now: number }) {
  const at = current && typeof current === 'object' && 'updatedAt' in current ? current.updatedAt : null
  if (typeof at !== 'number') return null
  return <span className={styles.when}>, changed {agoText(at, now)}</span>
}
