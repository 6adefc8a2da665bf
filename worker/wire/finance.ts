import * as v from 'valibot'
import { Currency, Day, Id, Instant, MinorUnits, storable } from './primitives.ts'

export const TRANSACTION_TYPES = ['revenue', 'expense'] as const
export const TRANSACTION_STATUSES = ['pending', 'approved', 'rejected'] as const
export type TransactionType = (typeof TRANSACTION_TYPES)[number]
export type TransactionStatus = (typeof TRANSACTION_STATUSES)[number]

/** Largest amount: ten digits before the decimal point of a two-digit currency. Nine thousand of them still sum exactly (2^53). */
export const AMOUNT_MINOR_MAX = 999_999_999_999
export const DESCRIPTION_LENGTH_MAX = 200

export const TransactionRow = v.object({
  id: Id,
  /** Rises by one at every change; `If-Match` carries it, and a patch older than the row is passed over. */
  rev: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  orgId: Id,
  propertyId: Id,
  type: v.picklist(TRANSACTION_TYPES),
  status: v.picklist(TRANSACTION_STATUSES),
  amountMinor: MinorUnits,
  currency: Currency,
  description: v.string(),
  occurredOn: Day,
  createdBy: Id,
  createdAt: Instant,
  updatedAt: Instant,
})
export type TransactionRow = v.InferOutput<typeof TransactionRow>

const Amount = v.pipe(
  MinorUnits,
  v.minValue(1, 'must be more than zero'),
  v.maxValue(AMOUNT_MINOR_MAX, 'is larger than the ledger can hold'),
)
const Description = v.pipe(
  v.string(),
  storable,
  v.trim(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(DESCRIPTION_LENGTH_MAX, `must be at most ${DESCRIPTION_LENGTH_MAX} characters`),
)

/** `POST /api/finance/transactions`. The client may choose the id, so that the row keeps it from the first paint on. */
export const CreateTransaction = v.strictObject({
  id: v.optional(Id),
  propertyId: Id,
  type: v.picklist(TRANSACTION_TYPES),
  amountMinor: Amount,
  currency: Currency,
  description: Description,
  occurredOn: Day,
})
export type CreateTransaction = v.InferOutput<typeof CreateTransaction>

/** Read together or not at all: who changes one of them has seen the others, and an edit is merged with none of them. */
export const AMOUNT_FIELDS = ['type', 'amountMinor', 'currency'] as const

/** `PATCH /api/finance/transactions/:id`: a pending row only; at least one field. */
export const EditTransaction = v.pipe(
  v.strictObject({
    propertyId: v.optional(Id),
    type: v.optional(v.picklist(TRANSACTION_TYPES)),
    amountMinor: v.optional(Amount),
    currency: v.optional(Currency),
    description: v.optional(Description),
    occurredOn: v.optional(Day),
  }),
  v.check((edit) => Object.keys(edit).length > 0, 'must change at least one field'),
)
export type EditTransaction = v.InferOutput<typeof EditTransaction>

/** Query of the list and of the aggregates; every field narrows, none widens what the token grants. */
export const TransactionFilter = v.object({
  propertyId: v.optional(Id),
  status: v.optional(v.picklist(TRANSACTION_STATUSES)),
  type: v.optional(v.picklist(TRANSACTION_TYPES)),
  from: v.optional(Day),
  to: v.optional(Day),
})
export type TransactionFilter = v.InferOutput<typeof TransactionFilter>

export const PAGE_LIMIT_DEFAULT = 200
export const PAGE_LIMIT_MAX = 1000

/**
 * A page, newest first: by `occurredOn`, then `createdAt`, then `id`, each descending.
 * `next` is an opaque page mark or null; `cursor` is the realtime cursor taken *before* the rows were read,
 * so that a poll from it misses nothing.
 */
export const TransactionPage = v.object({
  rows: v.array(TransactionRow),
  next: v.nullable(v.string()),
  cursor: v.string(),
})
export type TransactionPage = v.InferOutput<typeof TransactionPage>

const Sums = { revenueMinor: MinorUnits, expenseMinor: MinorUnits, netMinor: MinorUnits }

/** `GET /api/finance/profit-loss`: approved rows only. One entry a currency, the busiest first. */
export const ProfitLoss = v.object({
  from: v.nullable(Day),
  to: v.nullable(Day),
  totals: v.array(v.object({ currency: Currency, count: v.number(), ...Sums })),
  /** Days with at least one approved row, oldest first. */
  days: v.array(v.object({ date: Day, currency: Currency, ...Sums })),
})
export type ProfitLoss = v.InferOutput<typeof ProfitLoss>

/** `GET /api/finance/today-pending?date`: what waits for approval; `count` and `totals` of that day, `allCount` of every day. */
export const TodayPending = v.object({
  date: Day,
  count: v.number(),
  allCount: v.number(),
  totals: v.array(v.object({ currency: Currency, count: v.number(), ...Sums })),
})
export type TodayPending = v.InferOutput<typeof TodayPending>

/** `GET /api/finance/daily-approvals?date`: what was decided about that day's rows. */
export const DailyApprovals = v.object({
  date: Day,
  approvedCount: v.number(),
  rejectedCount: v.number(),
  pendingCount: v.number(),
  /** Sums of the approved rows. */
  totals: v.array(v.object({ currency: Currency, count: v.number(), ...Sums })),
})
export type DailyApprovals = v.InferOutput<typeof DailyApprovals>
