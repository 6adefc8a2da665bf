import { useMemo, type RefObject } from 'react'
import type { LocalWrite } from '../realtime/local-writes.ts'
import { useRealtime } from '../realtime/runtime-provider.tsx'
import { lostWords } from '../realtime/saved-words.ts'
import type { WriteKinds } from '../realtime/write-kind.ts'
import { useAnnouncer } from '../ui/live-region.tsx'
import { useNotice } from '../ui/notice.tsx'
import type { OutboxActions } from './outbox-context.tsx'
import type { OutboxEntry } from './outbox-groups.ts'
import type { OutboxView } from './use-outbox-view.ts'
import { toldRow, waysOf } from './ways.ts'

/** What a press or a key does to a line, checked once more here: the list may have moved on under the hand. */
export function useOutboxActions(
  kinds: WriteKinds,
  view: OutboxView,
  focusCursor: RefObject<() => void>,
): OutboxActions {
  const { writes, queryClient } = useRealtime()
  const announcer = useAnnouncer()
  const notice = useNotice()
  return useMemo(() => {
    const ways = ({ write }: OutboxEntry) => waysOf(write, kinds[write.topic])

    async function drop({ write }: OutboxEntry): Promise<void> {
      view.close()
      if (!(await writes.discard(write.mutationId)))
        return notice('It is being sent just now and can be discarded no more.')
      announcer.status('Discarded.')
      // The row the server answered with may be ahead of the events heard so far.
      if (write.state === 'conflict') void queryClient.invalidateQueries({ queryKey: [write.topic] })
    }

    async function enterAnew(entry: OutboxEntry): Promise<void> {
      const draft = kinds[entry.write.topic].asNew(entry.write)
      if (!draft) return
      // First the new one: whatever comes between leaves one too many, and never one too few.
      const words = lostWords(await writes.submit(draft))
      if (words !== null) return notice(words)
      await drop(entry)
    }

    const run = (work: Promise<void>) => void work.catch(reportError)

    return {
      toggle: ({ key }) => view.toggle(key),
      retry(entry) {
        if (!ways(entry).retry) return
        writes.retry(entry.write.mutationId)
        announcer.status('Trying now.')
      },
      edit(entry) {
        if (ways(entry).edit) view.edit(entry.write)
      },
      askDiscard(entry) {
        if (ways(entry).discard) view.ask(entry.key)
      },
      discard(entry) {
        focusCursor.current()
        run(drop(entry))
      },
      keepMine(entry) {
        const rev = revOf(toldRow(entry.write))
        if (!ways(entry).keepMine || rev === null) return
        focusCursor.current()
        writes.retry(entry.write.mutationId, rev)
        announcer.status('Yours is being sent.')
      },
      takeTheirs(entry) {
        focusCursor.current()
        run(drop(entry))
      },
      enterAsNew(entry) {
        focusCursor.current()
        run(enterAnew(entry))
      },
      closeForm: view.closeForm,
      back() {
        focusCursor.current()
        view.back()
      },
    } satisfies OutboxActions
  }, [kinds, view, writes, queryClient, announcer, notice, focusCursor])
}

function revOf(row: unknown): LocalWrite['baseRev'] {
  const rev = row && typeof row === 'object' && 'rev' in row ? row.rev : null
  return typeof rev === 'number' ? rev : null
}
