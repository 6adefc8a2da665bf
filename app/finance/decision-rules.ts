import type { TransactionRow } from '../../worker/wire/finance.ts'
import { APPROVER_ROLES, type Role } from '../../worker/wire/session.ts'
import type { ViewRow } from '../realtime/overlay-writes.ts'

/** Whether a row can be decided, or why not, in words for the person who would like to. */
export function whyNotDecide(role: Role, { row, write }: ViewRow<TransactionRow>): string | null {
  if (!APPROVER_ROLES.includes(role))
    return 'Owners and managers approve entries. Yours will be looked at by them.'
  if (row.status !== 'pending') return row.status === 'approved' ? 'Already approved.' : 'Already rejected.'
  return whyNotTouch(write)
}

/** Whether a row can be edited or deleted, or why not. */
export function whyNotEdit({ row, write }: ViewRow<TransactionRow>): string | null {
  if (row.status === 'approved') return 'Approved entries stay as they are.'
  if (row.status === 'rejected') return 'Rejected entries stay as they are. Enter it anew if it was right.'
  return whyNotTouch(write)
}

/**
 * A second write on a row whose first is not settled would be made on a rev the server is about to leave, and end as a
 * conflict with oneself.
 */
function whyNotTouch(write: ViewRow<TransactionRow>['write']): string | null {
  if (!write) return null
  if (write.state === 'conflict' || write.state === 'rejected')
    return 'Decide on your last change to it first.'
  return 'Your last change to it is still being sent.'
}
