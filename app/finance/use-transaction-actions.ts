import { useMemo } from 'react'
import * as v from 'valibot'
import { TransactionRow, type CreateTransaction, type EditTransaction } from '../../worker/wire/finance.ts'
import { useRealtime, useSignedIn } from '../realtime/runtime-provider.tsx'
import type { ViewRow } from '../realtime/overlay-writes.ts'
import { whyNotDecide, whyNotEdit } from './decision-rules.ts'
import { TRANSACTIONS_KEY } from './queries.ts'
import { createTransactionWriter } from './write-transaction.ts'

type View = ViewRow<TransactionRow>

/** Everything a person can do to a row, checked once more here: a key pressed twice must not write twice. */
export interface TransactionActions {
  create: (fields: Omit<CreateTransaction, 'id'>) => TransactionRow
  edit: (view: View, change: EditTransaction) => void
  remove: (view: View) => void
  /** How many of them could be decided and now are. */
  decide: (verb: 'approve' | 'reject', views: readonly View[]) => number
  /** Writes the same change once more, on the row as it is now. */
  keepMine: (view: View) => void
  /** Drops the write: the row of the server stands. */
  discard: (view: View) => void
}

export function useTransactionActions(): TransactionActions {
  const { writes, queryClient } = useRealtime()
  const session = useSignedIn()
  return useMemo(() => {
    const writer = createTransactionWriter({ writes, session, now: Date.now })
    const { role } = session.user

    function discard({ write }: View): void {
      if (!write) return
      void writes.discard(write.mutationId)
      // The row the server answered with may be ahead of the events heard so far.
      if (write.state === 'conflict') void queryClient.invalidateQueries({ queryKey: TRANSACTIONS_KEY })
    }

    return {
      create: (fields) => writer.create(fields),
      edit(view, change) {
        if (whyNotEdit(view) === null) writer.edit(view.row, change)
      },
      remove(view) {
        if (whyNotEdit(view) === null) writer.remove(view.row)
      },
      decide(verb, views) {
        const ready = views.filter((view) => whyNotDecide(role, view) === null)
        for (const { row } of ready) writer[verb](row)
        return ready.length
      },
      keepMine(view) {
        const current = currentRow(view)
        const { write } = view
        if (!write || current.status !== 'pending') return
        writes.retry(write.mutationId, current.rev)
      },
      discard,
    }
  }, [writes, session, queryClient])
}

/** The row as it is now: what the server answered a conflict with, or what events have brought since. */
export function currentRow({ row, write }: View): TransactionRow {
  const parsed = v.safeParse(TransactionRow, write?.error?.problem?.current)
  return parsed.success && parsed.output.rev > row.rev ? parsed.output : row
}
