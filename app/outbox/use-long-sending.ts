import { useEffect, useMemo, useState } from 'react'
import type { OutboxEntry } from './outbox-groups.ts'

/** What is sent in less stays where it waited. */
const LONG_MS = 1000

/** Tells which writes have been on their way for so long that they may move to a group of their own. */
export function useLongSending(entries: readonly OutboxEntry[]): (entry: OutboxEntry) => boolean {
  const ids = entries
    .filter(({ write }) => write.state === 'sending')
    .map(({ write }) => `${write.mutationId} ${write.attempts}`)
    .join('\n')
  const [since, setSince] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => {
    const timer = setTimeout(() => setSince(new Set(ids.split('\n'))), LONG_MS)
    return () => clearTimeout(timer)
  }, [ids])
  return useMemo(
    () =>
      ({ write }: OutboxEntry) =>
        since.has(`${write.mutationId} ${write.attempts}`),
    [since],
  )
}
