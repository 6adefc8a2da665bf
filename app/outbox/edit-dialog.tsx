import { Suspense } from 'react'
import { useLocalWrites, useRealtime } from '../realtime/runtime-provider.tsx'
import type { LocalWrite, WriteDraft } from '../realtime/local-writes.ts'
import type { Saved } from '../realtime/save-write.ts'
import { Dialog } from '../ui/dialog.tsx'
import { useOutbox } from './outbox-context.tsx'
import { toldRow } from './ways.ts'

/** The form of a write's own domain, with its values in it. */
export function EditDialog(props: { write: LocalWrite; onClose: () => void; onNothing: () => void }) {
  const { writes } = useRealtime()
  const { kinds } = useOutbox()
  const { mutationId, topic } = props.write
  // While somebody types it may be refused, and then it is corrected in its place.
  const write = useLocalWrites().find((each) => each.mutationId === mutationId) ?? props.write
  const { Form, describe } = kinds[topic]

  async function save(draft: WriteDraft): Promise<Saved> {
    if (write.state === 'conflict' || write.state === 'rejected') {
      writes.replace(mutationId, draft)
      props.onClose()
      return { is: 'kept' }
    }
    const saved = await writes.submit(draft)
    if (saved.is !== 'lost') props.onClose()
    return saved
  }

  return (
    <Dialog title={`Edit: ${describe(write).what.toLowerCase()}`} whole onClose={props.onClose}>
      <Suspense fallback={null}>
        <Form
          write={write}
          current={toldRow(write)}
          onSave={save}
          onNothing={props.onNothing}
          onCancel={props.onClose}
        />
      </Suspense>
    </Dialog>
  )
}
