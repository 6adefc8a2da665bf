import type { OutboxTable } from '../../worker/core/platform.ts'
import type { OutboxRow } from '../../worker/wire/outbox.ts'

/** The table of one browser profile, in memory: as atomic as the database's, and cloned as it clones. */
export function createMemoryOutbox(): OutboxTable & { rows(): OutboxRow[] } {
  const rows = new Map<number, OutboxRow>()
  let last = 0
  return {
    rows: () => [...rows.values()],
    all: () => Promise.resolve(structuredClone([...rows.values()])),
    async change(lane, edit) {
      await Promise.resolve()
      const {
        put = [],
        add,
        remove = [],
      } = edit(structuredClone([...rows.values()].filter((row) => row.lane === lane)))
      for (const seq of remove) rows.delete(seq)
      for (const row of put) rows.set(row.seq, structuredClone(row))
      if (add) rows.set((last += 1), structuredClone({ ...add, seq: last }))
    },
  }
}
