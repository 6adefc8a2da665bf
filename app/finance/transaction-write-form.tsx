import { useEffect, useRef, useState } from 'react'
import { v7 as uuid7 } from 'uuid'
import * as v from 'valibot'
import { TransactionRow } from '../../worker/wire/finance.ts'
import type { WriteFormProps } from '../realtime/write-kind.ts'
import { correctedWrite, wantedRow } from './correct-write.ts'
import { draftOf } from './transaction-draft.ts'
import { TransactionForm } from './transaction-form.tsx'

/** Corrects an entry, or a change of one, that the ledger does not have yet. */
export default function TransactionWriteForm({
  write,
  current,
  onSave,
  onNothing,
  onCancel,
}: WriteFormProps) {
  const [row] = useState(() => v.parse(TransactionRow, write.row))
  // As it was when the form was filled: what others change while somebody types is for the server to judge.
  const [now] = useState(() => {
    const told = v.safeParse(TransactionRow, current)
    return told.success ? told.output : null
  })
  const [filled] = useState(() => draftOf((now && wantedRow(write, now)) ?? row))
  const [draft, setDraft] = useState(filled)
  const amount = useRef<HTMLInputElement>(null)
  useEffect(() => amount.current?.focus(), [])
  return (
    <TransactionForm
      draft={draft}
      onDraft={setDraft}
      currency={row.currency}
      layout="column"
      submitLabel="Save"
      testId="edit-form"
      isUnsaved={draft !== filled}
      amountRef={amount}
      onCancel={onCancel}
      onSubmit={async (fields) => {
        const corrected = correctedWrite({ ...write, row }, now, fields, uuid7())
        if (corrected) return onSave(corrected)
        onNothing()
        return null
      }}
    />
  )
}
