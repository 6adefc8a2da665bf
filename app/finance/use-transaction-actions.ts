import { useMemo } from 'react'
import { v7 as uuid7 } from 'uuid'
import * as v from 'valibot'
import { TransactionRow, type CreateTransaction } from '../../worker/wire/finance.ts'
import type { ViewRow } from '../realtime/overlay-writes.ts'
import { useRealtime, useSignedIn } from '../realtime/runtime-provider.tsx'
import type { Saved } from '../realtime/save-write.ts'
import { useTellLost } from '../realtime/use-tell-lost.ts'
import { changeOf, correctedWrite } from './correct-write.ts'
import { whyNotDecide, whyNotEdit } from './decision-rules.ts'
import { TRANSACTIONS_KEY } from './queries.ts'
import { createTransactionWriter } from './write-transaction.ts'

type View = ViewRow<TransactionRow>
type Fields = Omit<CreateTransaction, 'id'>

/** Everything a person can do to a row, checked once more here: a key pressed twice must not write twice. */
export interface TransactionActions {
  create: (fields: Fields) => { row: TransactionRow; saved: Promise<Saved> }
  /** A change of the row, or a correction of the change that was refused; null when nothing differs. */
  edit: (view: View, fields: Fields) => Promise<Saved> | null
  remove: (view: View) => void
  /** How many of them could be decided and now are. */
  decide: (verb: 'approve' | 'reject', views: readonly View[]) => number
  /** Writes the same change once more, on the row as it is now. */
  keepMine: (view: View) => void
  /** The same once more, under a new key where the server refused the old one. */
  sendAgain: (view: View) => void
  /** Drops the write: the row of the server stands. */
  discard: (view: View) => void
}

export function useTransactionActions(): TransactionActions {
  const { writes, queryClient } = useRealtime()
  const session = useSignedIn()
  const tellLost = useTellLost()
  return useMemo(() => {
    const writer = createTransactionWriter({ writes, session, now: Date.now })
    const { role } = session.user

    function discard({ write }: View): void {
      if (!write) return
      void writes.discard(write.mutationId)
      // The row the server answered with may be ahead of the events heard so far.
      if (write.state === 'conflict') void queryClient.invalidateQueries({ queryKey: TRANSACTIONS_KEY })
    }

    function correct({ write }: View, fields: Fields): Promise<Saved> | null {
      if (!write) return null
      // Not on the row of a conflict: the form was filled before that was told, and would undo what others changed.
      const corrected = correctedWrite(write, null, fields, uuid7())
      if (corrected) writes.replace(write.mutationId, corrected)
      return corrected && Promise.resolve({ is: 'kept' })
    }

    return {
      create: (fields) => writer.create(fields),
      edit(view, fields) {
        if (view.write?.state === 'conflict' || view.write?.state === 'rejected') return correct(view, fields)
        if (whyNotEdit(view) !== null) return null
        const change = changeOf(view.row, fields)
        return Object.keys(change).length === 0 ? null : writer.edit(view.row, change)
      },
      remove(view) {
        if (whyNotEdit(view) === null) tellLost(writer.remove(view.row))
      },
      decide(verb, views) {
        const ready = views.filter((view) => whyNotDecide(role, view) === null)
        for (const { row } of ready) tellLost(writer[verb](row))
        return ready.length
      },
      keepMine(view) {
        const current = currentRow(view)
        const { write } = view
        if (!write || current.status !== 'pending') return
        writes.retry(write.mutationId, current.rev)
      },
      sendAgain({ write }) {
        if (write) writes.retry(write.mutationId)
      },
      discard,
    }
  }, [writes, session, queryClient, tellLost])
}

/** The row as the server answered a conflict with it; null when it told none. */
export function toldRow(write: View['write']): TransactionRow | null {
  const parsed = v.safeParse(TransactionRow, write?.error?.problem?.current)
  return parsed.success ? parsed.output : null
}

/** The row as it is now: what the server answered a conflict with, or what events have brought since. */
export function currentRow({ row, write }: View): TransactionRow {
  const told = toldRow(write)
  return told && told.rev > row.rev ? told : row
}
