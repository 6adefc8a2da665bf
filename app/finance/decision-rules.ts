import type { TransactionRow } from '../../worker/wire/finance.ts'
import { APPROVER_ROLES, type Role } from '../../worker/wire/session.ts'
import { needsPerson } from '../realtime/needs-person.ts'
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
  // A change of what is still to be sent joins it, or follows it.
  if (write && !needsPerson(write) && (write.verb === 'create' || write.verb === 'edit')) return null
  return whyNotTouch(write)
}

/** Nobody signs for, or removes twice, what is not yet what it will be. */
function whyNotTouch(write: ViewRow<TransactionRow>['write']): string | null {
  if (!write) return null
  if (needsPerson(write)) return 'Decide on your last change to it first.'
  return 'Your last change to it is still being sent.'
}
