import type { NewWrite, OutboxRow } from '../../worker/wire/outbox.ts'

const PATH = '/api/finance/transactions'

/** A change somebody made to a row of the ledger. */
export function aWrite(mutationId: string, parts: Partial<NewWrite> & { rowId?: string } = {}): NewWrite {
  const { rowId = 'row1', ...given } = parts
  const verb = given.verb ?? 'create'
  const body = { id: rowId, description: mutationId }
  return {
    mutationId,
    userId: 'ada',
    orgId: 'acme',
    topic: 'finance',
    verb,
    row: { id: rowId, rev: 1 },
    request:
      verb === 'create'
        ? { method: 'POST', path: PATH, body }
        : {
            method: verb === 'delete' ? 'DELETE' : 'PATCH',
            path: `${PATH}/${rowId}`,
            body: { [mutationId]: 1 },
          },
    baseRev: verb === 'create' ? null : 1,
    ...given,
  }
}

export const LANE = 'acme ada finance row1'

/** The same write as it lies in the outbox. */
export function aRow(
  seq: number,
  mutationId: string,
  parts: Partial<OutboxRow> & { rowId?: string } = {},
): OutboxRow {
  const { rowId = 'row1', ...given } = parts
  const write = aWrite(mutationId, given.verb === undefined ? { rowId } : { rowId, verb: given.verb })
  return {
    ...write,
    seq,
    v: 1,
    lane: `acme ada finance ${rowId}`,
    follows: null,
    at: 0,
    state: 'queued',
    attempts: 0,
    failures: 0,
    blamed: 0,
    nextAt: 0,
    trouble: null,
    lease: null,
    ...given,
  }
}
