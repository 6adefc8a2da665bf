import * as v from 'valibot'
import {
  TRANSACTION_STATUSES,
  TRANSACTION_TYPES,
  type TransactionFilter,
  type TransactionStatus,
  type TransactionType,
} from '../../worker/wire/finance.ts'

/** What of the ledger is looked at; kept in the URL, so that it can be sent to somebody and survives a reload. */
export interface LedgerChoice {
  status: TransactionStatus | null
  type: TransactionType | null
  /** The row whose detail is open. */
  open: string | null
}

const Status = v.fallback(v.nullable(v.picklist(TRANSACTION_STATUSES)), null)
const Type = v.fallback(v.nullable(v.picklist(TRANSACTION_TYPES)), null)

/** Reads the choice from a URL's query; what it does not know it passes over. */
export function readChoice(params: URLSearchParams): LedgerChoice {
  return {
    status: v.parse(Status, params.get('status')),
    type: v.parse(Type, params.get('type')),
    open: params.get('row'),
  }
}

/** The query with the choice in it; everything else in it stays as it was. */
export function writeChoice(params: URLSearchParams, choice: Partial<LedgerChoice>): URLSearchParams {
  const next = new URLSearchParams(params)
  const named = { status: choice.status, type: choice.type, row: choice.open }
  for (const [name, value] of Object.entries(named)) {
    if (value === undefined) continue
    if (value === null) next.delete(name)
    else next.set(name, value)
  }
  return next
}

/** The filter as the server takes it. Absent fields are left out: the filter is part of the cache's key. */
export function ledgerFilter(
  choice: Pick<LedgerChoice, 'status' | 'type'>,
  propertyId: string | null,
): TransactionFilter {
  return {
    ...(propertyId === null ? {} : { propertyId }),
    ...(choice.status === null ? {} : { status: choice.status }),
    ...(choice.type === null ? {} : { type: choice.type }),
  }
}
