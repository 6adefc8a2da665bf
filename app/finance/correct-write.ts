import * as v from 'valibot'
import { TransactionRow, type CreateTransaction, type EditTransaction } from '../../worker/wire/finance.ts'
import type { LocalWrite, WriteDraft } from '../realtime/local-writes.ts'
import { TRANSACTIONS_PATH, transactionPath } from './transaction-path.ts'

type Fields = Omit<CreateTransaction, 'id'>

/**
 * What a form changes of a row, and nothing else: changes of different fields by two people are merged, and a field that
 * is sent unchanged would count as one of ours. The currency is the property's and no field of the form.
 */
export function changeOf(row: TransactionRow, fields: Fields): EditTransaction {
  const { type, amountMinor, propertyId, description, occurredOn } = fields
  const form = { type, amountMinor, propertyId, description, occurredOn }
  return Object.fromEntries(
    Object.entries(form).filter(([name, value]) => row[name as keyof typeof form] !== value),
  )
}

/**
 * A write with the content a person corrected it to, under a new key: put in its place when it was refused, entered after
 * it when it still waits. `current` is the row at the server, where a conflict told it. Null when nothing differs any more.
 */
export function correctedWrite(
  write: LocalWrite<TransactionRow>,
  current: TransactionRow | null,
  fields: Fields,
  mutationId: string,
): WriteDraft<TransactionRow> | null {
  const { topic, actorId, row } = write
  const isRefused = write.state === 'conflict' || write.state === 'rejected'
  if (write.verb === 'create' && isRefused) {
    const body = { ...fields, id: row.id }
    const request = { method: 'POST' as const, path: TRANSACTIONS_PATH, body }
    return { mutationId, topic, actorId, verb: 'create', row: { ...row, ...fields }, baseRev: null, request }
  }
  const base = current ?? row
  const change = changeOf(base, fields)
  // Refused and not told how the row is now: what was to be changed is still to be.
  const body = isRefused && !current ? { ...(write.request.body as EditTransaction), ...change } : change
  if (Object.keys(body).length === 0) return null
  return {
    mutationId,
    topic,
    actorId,
    verb: 'edit',
    row: { ...base, ...change } as TransactionRow,
    baseRev: current?.rev ?? write.baseRev ?? row.rev,
    request: { method: 'PATCH', path: transactionPath(row.id), body },
  }
}

/** The content of a change whose row is gone, as an entry of its own. */
export function enteredAnew(
  write: LocalWrite<TransactionRow>,
  fresh: { id: string; mutationId: string; now: number },
): WriteDraft<TransactionRow> {
  const { type, amountMinor, currency, propertyId, description, occurredOn } = write.row
  const fields = { type, amountMinor, currency, propertyId, description, occurredOn }
  const { id, mutationId, now } = fresh
  return {
    mutationId,
    topic: write.topic,
    actorId: write.actorId,
    verb: 'create',
    row: {
      ...write.row,
      id,
      rev: 1,
      status: 'pending',
      createdBy: write.actorId,
      createdAt: now,
      updatedAt: now,
    },
    baseRev: null,
    request: { method: 'POST', path: TRANSACTIONS_PATH, body: { ...fields, id } },
  }
}

/** The row at the server as it would be with the write. What is about the row as a whole stands for what its writer saw. */
export function wantedRow(write: LocalWrite, current: TransactionRow): TransactionRow | null {
  if (write.verb !== 'edit') return read(write.row)
  return read({ ...current, ...(write.request.body as Partial<TransactionRow>) })
}

function read(row: unknown): TransactionRow | null {
  const parsed = v.safeParse(TransactionRow, row)
  return parsed.success ? parsed.output : null
}
